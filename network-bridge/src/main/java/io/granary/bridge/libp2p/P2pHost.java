package io.granary.bridge.libp2p;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** This node as a libp2p peer. Thread-safe. */
public interface P2pHost extends AutoCloseable {
  /** Who we are to others. */
  PeerId peerId();

  /** Where we listen, with the ports that were really taken; without our peer id. */
  List<Multiaddr> listenAddresses();

  /**
   * Where peers of the public network are to dial us: what the settings announce, else those we
   * listen on that are not private; without our peer id. Empty when we know none.
   */
  List<Multiaddr> publicAddresses();

  /** The ids of the protocols we serve, ping and identify among them. */
  Set<String> protocols();

  /**
   * Serves {@code protocol} from now on; peers that are connected are told.
   *
   * @throws IllegalStateException when somebody serves it already
   */
  void serve(String protocol, StreamHandler handler);

  /**
   * Connects to a peer unless that is done already.
   *
   * @param addresses tried one after the other; those of transports that we lack are passed over
   * @return the peer, when its identify answer is there; fails with a {@link P2pException}
   */
  CompletionStage<RemotePeer> connect(PeerId peer, List<Multiaddr> addresses);

  /**
   * Opens a stream, connecting first where needed.
   *
   * @param protocols ids in order of preference; the first that the peer serves is taken
   * @param handler gets the stream once its protocol is agreed, before any byte of the peer
   * @return fails with a {@link P2pException}
   */
  CompletionStage<P2pStream> open(
      PeerId peer, List<Multiaddr> addresses, List<String> protocols, StreamHandler handler);

  /** Who is connected now. */
  List<RemotePeer> peers();

  /** Stops listening, says good-bye to every peer and ends every connection. */
  @Override
  void close();
}
