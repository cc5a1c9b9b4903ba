package io.granary.prover.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import io.granary.prover.pool.JobDispatcher;

/** Tells the dispatcher of nodes that are not reached and of those that are gone. */
final class ClusterWatch {
  private ClusterWatch() {}

  static Behavior<ClusterEvent.ClusterDomainEvent> create(
      ActorRef<JobDispatcher.Command> dispatcher) {
    return Behaviors.setup(
        context -> {
          Cluster.get(context.getSystem())
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
          return Behaviors.receive(ClusterEvent.ClusterDomainEvent.class)
              .onMessage(
                  ClusterEvent.UnreachableMember.class,
                  event -> {
                    dispatcher.tell(new JobDispatcher.NodeUnreachable(event.member().address()));
                    return Behaviors.same();
                  })
              .onMessage(
                  ClusterEvent.MemberDowned.class,
                  event -> {
                    dispatcher.tell(new JobDispatcher.NodeGone(event.member().address()));
                    return Behaviors.same();
                  })
              .onMessage(
                  ClusterEvent.MemberRemoved.class,
                  event -> {
                    dispatcher.tell(new JobDispatcher.NodeGone(event.member().address()));
                    return Behaviors.same();
                  })
              .onAnyMessage(event -> Behaviors.same())
              .build();
        });
  }
}
