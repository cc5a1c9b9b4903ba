package io.granary.protocol.json;

import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;

/**
 * The codecs that write addresses, for one network's prefix. Both prefixes are read everywhere, as
 * a node reads them.
 */
public final class ChainJson {
  private final JsonCodec<Address> address;
  private final JsonCodec<ActorId> actorId;
  private final BlockCodecs blocks;
  private final MessageCodecs messages;
  private final MinerCodecs miners;
  private final NodeCodecs nodes;
  private final MiningCodecs mining;

  /**
   * Codecs that write addresses with {@code prefix}: 'f' of mainnet, 't' of every other network.
   */
  public ChainJson(char prefix) {
    address = JsonScalars.TEXT.map(Address::parse, value -> value.toText(prefix));
    actorId = address.map(Address::requireId, Address::ofId);
    blocks = new BlockCodecs(address);
    messages = new MessageCodecs(address);
    miners = new MinerCodecs(address);
    nodes = new NodeCodecs(address);
    mining = new MiningCodecs(address, actorId, blocks, messages);
  }

  public JsonCodec<Address> address() {
    return address;
  }

  /** An f0 address as the actor's number. */
  public JsonCodec<ActorId> actorId() {
    return actorId;
  }

  public BlockCodecs blocks() {
    return blocks;
  }

  public MessageCodecs messages() {
    return messages;
  }

  public MinerCodecs miners() {
    return miners;
  }

  public NodeCodecs nodes() {
    return nodes;
  }

  public MiningCodecs mining() {
    return mining;
  }
}
