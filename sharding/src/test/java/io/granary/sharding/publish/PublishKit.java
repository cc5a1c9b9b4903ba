package io.granary.sharding.publish;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import com.typesafe.config.ConfigFactory;

/** An actor system with a journal in memory. */
final class PublishKit {
  private PublishKit() {}

  static ActorTestKit create() {
    return ActorTestKit.create(
        PersistenceTestKitPlugin.getInstance()
            .config()
            .withFallback(
                ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
            .withFallback(ConfigFactory.load()));
  }
}
