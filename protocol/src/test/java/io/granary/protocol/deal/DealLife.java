package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** A random deal, one legal event after the other, all of it from one seed. */
public final class DealLife {
  private final Random random;
  private final DealTerms terms;
  private DealState state = new DealState.Unknown();
  private long epoch = 1;

  public DealLife(Random random) {
    this.random = random;
    this.terms =
        List.of(
                DealFixtures.onlineTerms(),
                DealFixtures.offlineTerms(),
                DealFixtures.directTerms(),
                withDetails(DealFixtures.onlineTerms()))
            .get(random.nextInt(4));
  }

  private DealTerms withDetails(DealTerms of) {
    return new DealTerms(
        new DealId(new UUID(random.nextLong(), random.nextLong())),
        of.contract(),
        of.delivery(),
        Optional.of(Cid.dagCborBlake2b(bytes(8))),
        random.nextBoolean(),
        random.nextBoolean());
  }

  public DealState state() {
    return state;
  }

  /** The next event; empty when the deal has ended. */
  public Optional<DealEvent> next() {
    epoch += random.nextInt(3);
    List<DealEvent> legal = new ArrayList<>();
    for (DealEvent event : candidates(DealFixtures.stamp(epoch))) {
      if (allowed(event)) {
        legal.add(event);
      }
    }
    if (legal.isEmpty()) {
      return Optional.empty();
    }
    DealEvent chosen = legal.get(random.nextInt(legal.size()));
    state = state.on(chosen);
    return Optional.of(chosen);
  }

  /** What the table cannot say a state says by throwing. */
  private boolean allowed(DealEvent event) {
    if (!DealState.TABLE.allows(state.getClass(), event.getClass())) {
      return false;
    }
    try {
      return !state.on(event).equals(new DealState.Unknown());
    } catch (IllegalStateException refused) {
      return false;
    }
  }

  private List<DealEvent> candidates(Stamp stamp) {
    long had = state instanceof DealState.Transferring now ? now.progress().receivedBytes() : 0;
    StagedFile file = new StagedFile(text(), "deals/" + text(), random.nextLong(Long.MAX_VALUE));
    Placement place =
        new Placement(
            SectorId.of(random.nextInt(1 << 20), random.nextInt(1 << 20)),
            random.nextLong(1L << 36),
            random.nextInt(4),
            false);
    DealFailure failure = new DealFailure(any(List.of(DealFailure.Kind.values())), text());
    return List.of(
        new DealEvent.DealProposed(stamp, terms),
        new DealEvent.DealAccepted(stamp),
        new DealEvent.DealRejected(stamp, any(List.of(DealRefusal.values())), text()),
        new DealEvent.DataReceived(stamp, had + random.nextInt(1 << 20), 0),
        new DealEvent.TransferInterrupted(stamp, text(), stamp.time().plusNanos(epoch)),
        new DealEvent.TransferRestarted(stamp, text()),
        new DealEvent.TransferCompleted(stamp, file),
        new DealEvent.DataImported(stamp, file),
        new DealEvent.PieceVerified(stamp),
        new DealEvent.PieceVerified(stamp, Optional.of(file)),
        new DealEvent.PieceMismatched(stamp, new Commitment(commitment())),
        new DealEvent.PieceDamaged(stamp, new Commitment(commitment())),
        new DealEvent.PiecePlaced(stamp, place),
        new DealEvent.PieceMoved(stamp, place),
        new DealEvent.PublicationRequested(stamp, text()),
        new DealEvent.PublicationDropped(stamp, text()),
        new DealEvent.PublicationLanded(
            stamp,
            new Publication(
                Cid.dagCborBlake2b(bytes(4)), new Epoch(epoch), random.nextLong(1L << 40))),
        new DealEvent.PublicationReverted(stamp, text()),
        new DealEvent.PieceAdded(stamp),
        new DealEvent.PieceIndexed(stamp, random.nextInt(1 << 20)),
        new DealEvent.PieceAnnounced(stamp, Cid.dagCborBlake2b(bytes(4))),
        new DealEvent.DealActivated(stamp, new Epoch(epoch)),
        new DealEvent.ActivationReverted(stamp),
        new DealEvent.StagingReleased(stamp),
        new DealEvent.DealExpired(stamp, new Epoch(epoch)),
        new DealEvent.DealSlashed(stamp, new Epoch(epoch)),
        new DealEvent.DealPaid(
            stamp,
            new DealPayment(
                Cid.dagCborBlake2b(bytes(4)),
                new Epoch(epoch),
                TokenAmount.ofAtto(random.nextLong(Long.MAX_VALUE)),
                random.nextBoolean())),
        new DealEvent.DealFailed(stamp, failure),
        new DealEvent.DealRetried(stamp));
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private Bytes commitment() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    bytes[31] &= 0x3f;
    return Bytes.of(bytes);
  }

  private Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  private String text() {
    return "text " + random.nextInt(1000) + " ö";
  }
}
