package io.granary.bridge.libp2p.reach;

import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stays connected with some peers and asks them whether they reach us. Thread-safe. */
public final class ReachWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReachWatch.class);

  private final P2pHost host;
  private final ReachSettings settings;
  private final InstantSource clock;
  private final ScheduledExecutorService rounds;
  private final Map<Multiaddr, Contact> contacts = new ConcurrentHashMap<>();

  private ReachWatch(P2pHost host, ReachSettings settings, InstantSource clock) {
    this.host = host;
    this.settings = settings;
    this.clock = clock;
    this.rounds =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "libp2p-reach");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins with a first round; without peers there is nothing to do. */
  public static ReachWatch start(P2pHost host, ReachSettings settings, InstantSource clock) {
    ReachWatch watch = new ReachWatch(host, settings, clock);
    if (!settings.peers().isEmpty()) {
      Future<?> unused =
          watch.rounds.scheduleWithFixedDelay(
              watch::round, 0, settings.every().toMillis(), TimeUnit.MILLISECONDS);
    }
    return watch;
  }

  /**
   * What came of the last round, in the order of the settings; those not tried yet are left out.
   */
  public List<Contact> contacts() {
    List<Contact> all = new ArrayList<>();
    settings.peers().forEach(peer -> Optional.ofNullable(contacts.get(peer)).ifPresent(all::add));
    return all;
  }

  private void round() {
    for (Multiaddr peer : settings.peers()) {
      try {
        keep(contact(peer));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warn("{} was not tried", peer, e);
      }
    }
  }

  private void keep(Contact contact) {
    Optional<Contact> before = Optional.ofNullable(contacts.put(contact.peer(), contact));
    boolean wasThere = before.map(last -> last.failure().isEmpty()).orElse(true);
    if (contact.failure().isPresent() && wasThere) {
      LOG.warn("peer {} cannot be had: {}", contact.peer(), contact.failure().get());
    }
    boolean wasReached = before.flatMap(last -> last.reach().known()).orElse(true);
    if (contact.reach().known().equals(Optional.of(false)) && wasReached) {
      LOG.warn("{} cannot reach us: {}", contact.peer(), contact.reach().detail());
    }
  }

  private Contact contact(Multiaddr peer) throws InterruptedException {
    PeerId id = peer.peer().orElseThrow();
    List<Multiaddr> addresses = List.of(peer.withoutPeer());
    try {
      RemotePeer there = get(host.connect(id, addresses).toCompletableFuture());
      return new Contact(
          peer,
          clock.instant(),
          Optional.empty(),
          there.agent(),
          there.observed(),
          reach(id, addresses, there));
    } catch (ExecutionException | TimeoutException e) {
      return new Contact(
          peer,
          clock.instant(),
          Optional.of(reason(e)),
          "",
          Optional.empty(),
          Contact.Reach.unknown("not asked"));
    }
  }

  private Contact.Reach reach(PeerId id, List<Multiaddr> addresses, RemotePeer there)
      throws InterruptedException {
    if (!there.protocols().contains(DialBack.PROTOCOL)) {
      return Contact.Reach.unknown("it does not dial back");
    }
    List<Multiaddr> ours = host.publicAddresses();
    if (ours.isEmpty()) {
      return Contact.Reach.unknown("we know no address of ours that others could dial");
    }
    DialBackStream asking = new DialBackStream(DialBack.request(host.peerId(), ours));
    try {
      P2pStream unused =
          get(host.open(id, addresses, List.of(DialBack.PROTOCOL), asking).toCompletableFuture());
      return Contact.Reach.of(get(asking.answer()));
    } catch (ExecutionException | TimeoutException e) {
      return Contact.Reach.unknown(reason(e));
    } finally {
      asking.answer().cancel(false);
    }
  }

  private <T> T get(Future<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(settings.limit().toMillis(), TimeUnit.MILLISECONDS);
  }

  private String reason(Exception thrown) {
    if (thrown instanceof TimeoutException) {
      return "no answer within " + settings.limit();
    }
    Throwable cause = thrown;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
