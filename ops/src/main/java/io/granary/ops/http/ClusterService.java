package io.granary.ops.http;

import akka.actor.typed.ActorSystem;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node's supervisor tells the cluster. */
public final class ClusterService {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterService.class);

  private final ActorSystem<?> system;

  public ClusterService(ActorSystem<?> system) {
    this.system = system;
  }

  /**
   * Takes a dead process out of the cluster at once. It must be named by its uid too: a process
   * that was started at the same address since is another member.
   */
  CompletionStage<JsonNode> down(String addressText, String uidText) {
    long uid = uid(uidText);
    Cluster cluster = Cluster.get(system);
    Optional<Member> member =
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .filter(each -> each.address().toString().equals(addressText))
            .filter(each -> each.uniqueAddress().longUid() == uid)
            .findFirst();
    if (member.isEmpty()) {
      throw Problem.notFound("address: no member " + addressText + " with uid " + uidText);
    }
    if (member.get().uniqueAddress().equals(cluster.selfMember().uniqueAddress())) {
      throw Problem.conflict("address: this is the node that answers, and it lives");
    }
    LOG.warn("{} is said to be dead by its supervisor, and downed", member.get());
    cluster.manager().tell(new Down(member.get().address()));
    return CompletableFuture.completedFuture(
        JsonNodeFactory.instance.objectNode().put("address", addressText).put("uid", uidText));
  }

  private static long uid(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Problem.badRequest("uid: expected a whole number as text, got " + text);
    }
  }
}
