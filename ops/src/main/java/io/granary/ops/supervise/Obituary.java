package io.granary.ops.supervise;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import io.granary.ops.client.NodeException;
import java.net.URI;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other members that one of them is dead. Only whoever saw its process end may say so:
 * what they hear goes before what their failure detectors think.
 */
final class Obituary {
  private static final Logger LOG = LoggerFactory.getLogger(Obituary.class);
  private static final String PATH = "/v1/cluster/down";

  private final SupervisorSettings settings;

  Obituary(SupervisorSettings settings) {
    this.settings = settings;
  }

  /**
   * Tells every peer; returns when one has taken it, none did, or the limit is over. One suffices:
   * the cluster spreads it.
   *
   * @return whether a peer has taken it
   */
  boolean tell(MemberFile dead) throws InterruptedException {
    BlockingQueue<Boolean> answers = new ArrayBlockingQueue<>(settings.peers().size() + 1);
    for (URI peer : settings.peers()) {
      Thread thread = new Thread(() -> answers.add(tell(peer, dead)), "obituary");
      thread.setDaemon(true);
      thread.start();
    }
    long end = System.nanoTime() + settings.tellLimit().toNanos();
    for (int i = 0; i < settings.peers().size(); i++) {
      Boolean taken = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (taken == null) {
        LOG.warn("no peer has taken the end of {} within {}", dead.address(), settings.tellLimit());
        return false;
      } else if (taken) {
        return true;
      }
    }
    return false;
  }

  private static boolean tell(URI peer, MemberFile dead) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("address", dead.address())
            .put("uid", Long.toString(dead.uid()));
    try {
      new NodeClient(peer).post(PATH, body);
      LOG.info("{} was told of the end of {}", peer, dead.address());
      return true;
    } catch (NodeException e) {
      LOG.info("{} has not taken the end of {}: {}", peer, dead.address(), e.getMessage());
      return false;
    }
  }
}
