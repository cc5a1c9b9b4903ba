package io.granary.bridge.deal;

import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The requests that are under way, over all streams. A request holds a {@link Ticket} from its
 * first byte to its answer; there are so many tickets, and so many of a peer. Of the requests that
 * have arrived, so many have their turn at the desk, the others wait in the order they came. While
 * any wait, streams that open are parked: they are not read until nobody waits, and the windows of
 * their peers hold them back. Thread-safe; what it runs, it runs outside its lock.
 */
final class RequestPool {
  private final int ticketsMax;
  private final int ticketsPerPeerMax;
  private final int turnsMax;
  private final Map<PeerId, Integer> perPeer = new HashMap<>();
  private final Map<Ticket, Runnable> waiting = new LinkedHashMap<>();
  private final Map<Ticket, Runnable> parked = new LinkedHashMap<>();
  private int tickets;
  private int turns;

  RequestPool(int ticketsMax, int ticketsPerPeerMax, int turnsMax) {
    this.ticketsMax = ticketsMax;
    this.ticketsPerPeerMax = ticketsPerPeerMax;
    this.turnsMax = turnsMax;
  }

  /** A ticket for one more request of {@code peer}; empty when there are too many. */
  synchronized Optional<Ticket> enter(PeerId peer) {
    int ofPeer = perPeer.getOrDefault(peer, 0);
    if (tickets >= ticketsMax || ofPeer >= ticketsPerPeerMax) {
      return Optional.empty();
    }
    tickets++;
    perPeer.put(peer, ofPeer + 1);
    return Optional.of(new Ticket(peer));
  }

  /** Tickets that are out. */
  synchronized int tickets() {
    return tickets;
  }

  /** Requests at the desk. */
  synchronized int turns() {
    return turns;
  }

  /** One request's place. */
  final class Ticket {
    private final PeerId peer;
    private boolean hasTurn;
    private boolean closed;

    private Ticket(PeerId peer) {
      this.peer = peer;
    }

    /**
     * Whether the request may be read now; if not, {@code resume} runs when it may, once, unless
     * the ticket is closed before.
     */
    boolean mayRead(Runnable resume) {
      synchronized (RequestPool.this) {
        if (waiting.isEmpty()) {
          return true;
        }
        parked.put(this, resume);
        return false;
      }
    }

    /** Runs {@code begin} when it is this request's turn, unless the ticket is closed before. */
    void awaitTurn(Runnable begin) {
      synchronized (RequestPool.this) {
        if (turns >= turnsMax) {
          waiting.put(this, begin);
          return;
        }
        turns++;
        hasTurn = true;
      }
      begin.run();
    }

    /** The desk is done with it, or is no longer waited for. Once is enough. */
    void endTurn() {
      List<Runnable> next;
      synchronized (RequestPool.this) {
        if (!hasTurn) {
          return;
        }
        hasTurn = false;
        next = passOn();
      }
      next.forEach(Runnable::run);
    }

    /** The request has its answer, or its peer is gone. Leaves a turn to {@link #endTurn}. */
    void close() {
      List<Runnable> next;
      synchronized (RequestPool.this) {
        if (closed) {
          return;
        }
        closed = true;
        tickets--;
        perPeer.merge(peer, -1, (had, less) -> had + less == 0 ? null : had + less);
        parked.remove(this);
        next = waiting.remove(this) == null ? List.of() : unpark();
      }
      next.forEach(Runnable::run);
    }
  }

  /** Gives a turn that has ended to who waits longest. */
  private List<Runnable> passOn() {
    Iterator<Map.Entry<Ticket, Runnable>> first = waiting.entrySet().iterator();
    if (!first.hasNext()) {
      turns--;
      return List.of();
    }
    Map.Entry<Ticket, Runnable> next = first.next();
    next.getKey().hasTurn = true;
    List<Runnable> runs = new ArrayList<>(List.of(next.getValue()));
    first.remove();
    runs.addAll(unpark());
    return runs;
  }

  private List<Runnable> unpark() {
    if (!waiting.isEmpty()) {
      return List.of();
    }
    List<Runnable> all = List.copyOf(parked.values());
    parked.clear();
    return all;
  }
}
