"""Manifests against published schemas: python schemas.py FILE…

Kubernetes' own objects against those of every release that kubernetes-validate has, with nothing
unknown in them; custom resources against what cloudcoil made of their definitions.
"""

import json
import sys
from pathlib import Path

import kubernetes_validate
import pydantic
import yaml
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus

CUSTOM = {
    ("keda.sh/v1alpha1", "ScaledObject"): keda.ScaledObject,
    ("keda.sh/v1alpha1", "TriggerAuthentication"): keda.TriggerAuthentication,
    ("monitoring.coreos.com/v1", "ServiceMonitor"): prometheus.ServiceMonitor,
    ("monitoring.coreos.com/v1", "PrometheusRule"): prometheus.PrometheusRule,
}
RELEASES = list(dict.fromkeys(kubernetes_validate.utils.all_versions()))


def problems(thing, releases):
    """What the schemas have against an object. One that has no schema is a problem, too."""
    model = CUSTOM.get((thing["apiVersion"], thing["kind"]))
    try:
        if model:
            model.model_validate_json(json.dumps(thing), strict=True, extra="forbid")
        else:
            for release in releases:
                kubernetes_validate.validate(thing, release, strict=True)
    except (pydantic.ValidationError, kubernetes_validate.ValidationError) as error:
        return [f"{thing['kind']} {thing['metadata']['name']}: {error}"]
    except kubernetes_validate.SchemaNotFoundError as error:
        return [error.message]
    return []


texts = {Path(name).name: Path(name).read_text("utf-8") for name in sys.argv[1:]}
objects = {name: list(yaml.safe_load_all(text)) for name, text in texts.items()}
findings = [
    f"{name}: {problem}" for name, things in objects.items() for thing in things for problem in problems(thing, RELEASES)
]

# Each kind is broken once: a name that is not known, a type that is not right.
for old, new in [
    ("containerPort: 8080", "containerport: 8080"),
    ("periodSeconds: 5", 'periodSeconds: "5"'),
    ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: yes please"),
    ("maxUnavailable: 1\n  selector", "maxUnavailable: [1]\n  selector"),
    ("targetPort: http", "target: http"),
    ("policyTypes:", "policies:"),
    ('SIGNPOST_SMTP_CONNECTIONS: "20"', "SIGNPOST_SMTP_CONNECTIONS: 20"),
    ("apiVersion: policy/v1", "apiVersion: policy/v1beta1"),
    ("maxReplicaCount:", "maxReplicas:"),
    ('value: "200"', "value: 200"),
    ("parameter: host", "params: host"),
    ("jobLabel:", "joblabel:"),
    ("interval: 15s", "interval: fifteen"),
    ("for: 5m", "fore: 5m"),
]:
    broken = [text.replace(old, new, 1) for text in texts.values() if old in text]
    for text in broken:
        if not any(problems(thing, RELEASES[-1:]) for thing in yaml.safe_load_all(text)):
            findings.append(f"nothing is wrong with {new} for {old}")
    if not broken:
        findings.append(f"nothing to break: {old}")

count = sum(map(len, objects.values()))
print(*findings, f"{count} objects, {len(findings)} findings", sep="\n")
sys.exit(0 if count and not findings else 1)
