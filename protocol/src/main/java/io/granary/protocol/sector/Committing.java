package io.granary.protocol.sector;

import io.granary.protocol.Bytes;

/**
 * The commit goes to the chain, or is looked for there.
 *
 * @param proof verified before it came here
 */
public record Committing(
    SectorCore core,
    Replica replica,
    PreCommitted preCommitted,
    Seed seed,
    Bytes proof,
    MessageSlot message)
    implements SectorState.Posting, SectorState.Seeded {
  @Override
  public Committing withCore(SectorCore newCore) {
    return new Committing(newCore, replica, preCommitted, seed, proof, message);
  }

  @Override
  public Committing withMessage(MessageSlot newMessage) {
    return new Committing(core, replica, preCommitted, seed, proof, newMessage);
  }
}
