package io.granary.prover.pool;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.JobReports;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Reports of jobs that a request on one node waits for. A worker reports from its own node, so the
 * end of a job is carried to the node that the recipient names; of its progress only a request on
 * this node hears. A report may be lost with a node: who waits asks again, and the pool remembers
 * how jobs ended. Thread-safe.
 */
public final class OperatorReports implements JobReports {
  private final String node;
  private final JobReports here;
  private final ActorRef<Command> post;

  private OperatorReports(String node, JobReports here, ActorRef<Command> post) {
    this.node = node;
    this.here = here;
    this.post = post;
  }

  /**
   * Takes the reports of other nodes for this one from now on; once for a node.
   *
   * @param node this node's name, as in {@link Recipient.Operator#node}
   * @param here takes the reports for this node's requests
   */
  public static OperatorReports start(ActorSystem<?> system, String node, JobReports here) {
    ActorRef<Command> post =
        system.systemActorOf(
            Behaviors.supervise(Post.create(node, here)).onFailure(SupervisorStrategy.restart()),
            "operator-reports",
            Props.empty());
    return new OperatorReports(node, here, post);
  }

  @Override
  public void deliver(Recipient recipient, JobReport report) {
    if (!(recipient instanceof Recipient.Operator operator) || operator.node().equals(node)) {
      here.deliver(recipient, report);
    } else if (report instanceof JobReport.Succeeded || report instanceof JobReport.Failed) {
      post.tell(new Carry(operator, report));
    }
  }

  /** What the actor of a node takes. */
  public sealed interface Command {}

  /** A report for the node that {@code recipient} names. */
  public record Carry(Recipient.Operator recipient, JobReport report)
      implements Command, PoolMessage {}

  /** Where the node of a report is; empty when that was not to be had in time. */
  private record Found(Carry carry, Optional<Receptionist.Listing> listing) implements Command {}

  /** One on each node, found by the node's name. */
  private static final class Post extends AbstractBehavior<Command> {
    private static final Duration FIND_LIMIT = Duration.ofSeconds(5);

    /** Reports that wait for the address of their node; more are lost. */
    private static final int OPEN_MAX = 1_000;

    private final String node;
    private final JobReports here;
    private int open;

    private Post(ActorContext<Command> context, String node, JobReports here) {
      super(context);
      this.node = node;
      this.here = here;
    }

    static Behavior<Command> create(String node, JobReports here) {
      return Behaviors.setup(
          context -> {
            context
                .getSystem()
                .receptionist()
                .tell(Receptionist.register(key(node), context.getSelf()));
            return new Post(context, node, here);
          });
    }

    private static ServiceKey<Command> key(String node) {
      return ServiceKey.create(Command.class, "operator-reports-" + node);
    }

    @Override
    public Receive<Command> createReceive() {
      return newReceiveBuilder()
          .onMessage(Carry.class, this::carry)
          .onMessage(Found.class, this::found)
          .build();
    }

    private Behavior<Command> carry(Carry carry) {
      String to = carry.recipient().node();
      if (to.equals(node)) {
        here.deliver(carry.recipient(), carry.report());
      } else if (open >= OPEN_MAX) {
        lost(carry, "too many wait for the addresses of their nodes");
      } else {
        open++;
        getContext()
            .ask(
                Receptionist.Listing.class,
                getContext().getSystem().receptionist(),
                FIND_LIMIT,
                replyTo -> Receptionist.find(key(to), replyTo),
                (listing, failure) -> new Found(carry, Optional.ofNullable(listing)));
      }
      return this;
    }

    private Behavior<Command> found(Found found) {
      open--;
      Carry carry = found.carry();
      Set<ActorRef<Command>> posts =
          found
              .listing()
              .map(listing -> listing.getServiceInstances(key(carry.recipient().node())))
              .orElse(Set.of());
      if (posts.isEmpty()) {
        lost(carry, "that node is not in the cluster");
      }
      posts.forEach(post -> post.tell(carry));
      return this;
    }

    private void lost(Carry carry, String why) {
      getContext()
          .getLog()
          .warn(
              "the end of job {} does not come to node {}, which asked for it: {}",
              carry.report().id(),
              carry.recipient().node(),
              why);
    }
  }
}
