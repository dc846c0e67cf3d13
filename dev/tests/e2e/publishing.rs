//! What a publisher says of messages that the broker does not confirm.

use signpost_shared::{
    lifecycle::Lifecycle,
    queue::{
        Message, PublishError, Queue, Route,
        rabbit::{Broker, Publisher},
    },
};

use crate::rig::{World, until};

#[tokio::test]
async fn what_is_not_confirmed_is_not_sent_refused_or_unknown_and_the_last_word_is_heard() {
    let world = World::new().await;
    let (proxy, url) = world.broker.behind_a_proxy().await;
    proxy.cut();
    let broker = Broker::new(&url, None).unwrap();
    let publisher = Publisher::start(broker, "test", &Lifecycle::new());
    let queue = Queue::Rabbit(publisher.clone());
    let publish = async || queue.publish(Route::Send, Message::default()).await;
    let late = async || match publish().await {
        Err(PublishError::Unknown(late)) => late,
        other => panic!("{other:?}"),
    };
    assert!(matches!(publish().await, Err(PublishError::NotSent)), "there is no connection");
    proxy.mend();
    publisher.connected().await;
    publish().await.unwrap();

    proxy.freeze();
    let (first, second) = tokio::join!(late(), late());
    proxy.mend();
    assert!(first.stored().await && second.stored().await, "confirms come late");

    proxy.freeze();
    let refused = late().await;
    world.broker.refuse_jobs().await;
    proxy.mend();
    assert!(!refused.stored().await, "a nack comes late");
    assert!(matches!(publish().await, Err(PublishError::Refused)));
    world.broker.take_jobs().await;

    until("jobs are taken again", async || publish().await.is_ok()).await;
    proxy.freeze();
    let lost = late().await;
    proxy.cut();
    assert!(!lost.stored().await, "the connection ended: no word will come");
}
