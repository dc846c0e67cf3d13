"""Prints the spans of OTLP requests as Google's protobuf reads them, one in a line."""

import pathlib
import sys

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

for path in sys.argv[1:]:
    request = ExportTraceServiceRequest.FromString(pathlib.Path(path).read_bytes())
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                ids = (span.trace_id, span.span_id, span.parent_span_id)
                print(*(an_id.hex() for an_id in ids), span.kind, len(span.links), span.name)
