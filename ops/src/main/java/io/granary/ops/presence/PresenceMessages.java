package io.granary.ops.presence;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ChangeMultiaddrsParams;
import io.granary.protocol.actor.ChangePeerIdParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The messages that say on chain where a miner is found (chain.md 3.1, methods 4 and 18). Whoever
 * wants the same instead of the same within two hours gets the same intent, so that it is sent
 * once, whichever node asks.
 *
 * @param chain what is to be replaced
 * @param from a key address of the owner, the worker or a control address
 */
record PresenceMessages(ActorId miner, ChainRecord chain, Address from, Epoch now) {
  /** Two hours, in which a message either lands or is not worth its fee any more. */
  private static final long TURN_EPOCHS = 240;

  MessageIntent peer(PeerId id) {
    Bytes binary = Bytes.of(id.bytes());
    return intent(
        "peer",
        Objects.hash(chain.peer(), binary),
        MinerMethod.CHANGE_PEER_ID,
        new ChangePeerIdParams(binary).toCbor());
  }

  MessageIntent addresses(List<Multiaddr> addresses) {
    List<Bytes> binary = new ArrayList<>();
    addresses.forEach(address -> binary.add(Bytes.of(address.bytes())));
    Bytes params = new ChangeMultiaddrsParams(binary).toCbor();
    return intent(
        "addresses",
        Objects.hash(chain.addresses(), chain.unreadable(), params),
        MinerMethod.CHANGE_MULTIADDRS,
        params);
  }

  private MessageIntent intent(String what, int change, long method, Bytes params) {
    long turn = now.value() / TURN_EPOCHS;
    String id = String.format(Locale.ROOT, "%s/presence/%s/%08x/%d", miner, what, change, turn);
    return new MessageIntent(
        id,
        MessagePurpose.OTHER,
        Message.of(from, Address.ofId(miner), TokenAmount.ZERO, method, params),
        new Epoch((turn + 2) * TURN_EPOCHS));
  }
}
