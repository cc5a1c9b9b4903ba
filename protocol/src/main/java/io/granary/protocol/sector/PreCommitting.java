package io.granary.protocol.sector;

/** The precommit goes to the chain, or is looked for there. */
public record PreCommitting(SectorCore core, Replica replica, MessageSlot message)
    implements SectorState.Posting {
  @Override
  public PreCommitting withCore(SectorCore newCore) {
    return new PreCommitting(newCore, replica, message);
  }

  @Override
  public PreCommitting withMessage(MessageSlot newMessage) {
    return new PreCommitting(core, replica, newMessage);
  }
}
