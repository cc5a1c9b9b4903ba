package io.granary.protocol.sender;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.Recipient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A worker, its messages, and what happens to them. */
public final class SenderFixtures {
  public static final Address WORKER = Address.ofActor(Bytes.of(new byte[] {1}));
  public static final Address MINER = Address.ofId(1000);
  public static final Recipient SECTOR = new Recipient.Sector(SectorId.of(1000, 7));

  private SenderFixtures() {}

  public static Stamp stamp(long epoch) {
    return new Stamp(
        new Epoch(epoch), Instant.parse("2026-01-01T00:00:00Z").plusSeconds(30 * epoch), "node-1");
  }

  public static MessageIntent intent(String id) {
    return intent(id, MessagePurpose.PRE_COMMIT, 100);
  }

  public static MessageIntent intent(String id, MessagePurpose purpose, long lastUseful) {
    Message message =
        Message.of(
            WORKER,
            MINER,
            TokenAmount.ofAtto(5),
            28,
            Bytes.of(id.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    return new MessageIntent(id, purpose, message, new Epoch(lastUseful));
  }

  /** The intent's message, priced and numbered. */
  public static Message priced(MessageIntent intent, long nonce) {
    Message bare = intent.message();
    return new Message(
        bare.to(),
        bare.from(),
        nonce,
        bare.value(),
        1_000_000,
        TokenAmount.ofAtto(2_000),
        TokenAmount.ofAtto(1_000),
        bare.method(),
        bare.params());
  }

  public static SignedMessage signed(Message message) {
    return new SignedMessage(message, new Signature(Signature.Kind.BLS, Bytes.of(new byte[96])));
  }

  public static Cid block(long seed) {
    return Cid.dagCborBlake2b(Bytes.of(new byte[] {(byte) seed, (byte) (seed >> 8)}));
  }

  public static SenderEvent.IntentAccepted accepted(String id) {
    return new SenderEvent.IntentAccepted(intent(id), SECTOR, stamp(1));
  }

  public static SenderEvent.NonceReserved reserved(String id, long nonce) {
    return new SenderEvent.NonceReserved(id, priced(intent(id), nonce), stamp(2));
  }

  public static SenderEvent.MessageSigned signed(String id, long nonce) {
    SignedMessage signed = signed(priced(intent(id), nonce));
    return new SenderEvent.MessageSigned(id, signed.cid(), signed, stamp(3));
  }

  public static SenderEvent.MessageLanded landed(String id, long nonce, long height) {
    return new SenderEvent.MessageLanded(
        id,
        signed(priced(intent(id), nonce)).cid(),
        new Receipt(0, Bytes.fromHex("8200"), 77, Optional.of(block(9))),
        new TipSetKey(List.of(block(height))),
        new Epoch(height),
        new Epoch(height - 1),
        stamp(height));
  }

  /** One of every event about intent {@code id}, each legal in some state. */
  public static List<SenderEvent> events(String id) {
    Message raised = priced(intent(id), 4);
    SignedMessage replaced = signed(raised);
    return List.of(
        accepted(id),
        reserved(id, 4),
        new SenderEvent.NonceReleased(id, 4, stamp(3)),
        signed(id, 4),
        new SenderEvent.MessageReplaced(id, replaced.cid(), replaced, stamp(14)),
        landed(id, 4, 20),
        new SenderEvent.MessageReverted(id, block(1), stamp(21)),
        new SenderEvent.MessageConfirmed(id, stamp(26)),
        new SenderEvent.NonceLost(id, 4, stamp(30)),
        new SenderEvent.IntentGivenUp(
            id, MessageReport.GaveUp.Kind.EXPIRED, "last useful epoch passed", stamp(101)));
  }
}
