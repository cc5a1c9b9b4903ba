package io.granary.devnet.actor;

import io.granary.devnet.actor.ProveCommits.Candidate;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.actor.AllocationClaim;
import io.granary.protocol.actor.DataActivationNotification;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.PieceChange;
import io.granary.protocol.actor.SectorAllocationClaims;
import io.granary.protocol.actor.SectorContentChange;
import io.granary.protocol.actor.SectorContentChangedParams;
import io.granary.protocol.address.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a commit does with the pieces of its sectors: claims and notifications (FIP-0076). */
final class PieceActivations {
  private PieceActivations() {}

  /**
   * Claims what the pieces of each sector name. Where one claim of a sector fails, that sector is
   * not activated.
   *
   * @param required whether a failure aborts the message
   * @return the sectors that can be activated
   */
  static List<Candidate> claim(Invocation call, List<Candidate> sectors, boolean required) {
    List<Candidate> claimed = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < sectors.size(); i++) {
      Optional<ExitCode> problem =
          ClaimBook.claim(call.state(), call.receiver(), claims(sectors.get(i)), call.epoch());
      if (problem.isPresent()) {
        failures.add("code=" + problem.get().code() + " at idx=" + i);
      } else {
        claimed.add(sectors.get(i));
      }
    }
    if (required && !failures.isEmpty()) {
      throw claimsFailed(claimed.size(), sectors.size(), failures);
    }
    if (claimed.isEmpty()) {
      throw ActorAbort.illegalArgument("all data activations failed");
    }
    return claimed;
  }

  private static ActorAbort claimsFailed(int succeeded, int all, List<String> failures) {
    return new ActorAbort(
        ExitCode.ILLEGAL_ARGUMENT,
        "error claiming allocations on batch: send aborted with code 16",
        List.of(
            "f06 (method 9) -- claim failed with all-or-nothing: Batch successes "
                + succeeded
                + " / "
                + all
                + ", Batch failing: ["
                + String.join(", ", failures)
                + "] (16)"));
  }

  private static SectorAllocationClaims claims(Candidate sector) {
    List<AllocationClaim> claims = new ArrayList<>();
    for (PieceActivationManifest piece : sector.manifest().pieces()) {
      piece
          .allocation()
          .ifPresent(
              key ->
                  claims.add(
                      new AllocationClaim(
                          key.client(), key.allocationId(), piece.piece(), piece.paddedBytes())));
    }
    return new SectorAllocationClaims(
        sector.manifest().sector(), new Epoch(sector.expiration()), claims);
  }

  /**
   * Tells the actors that the pieces name. A market that says no leaves its deal as it was.
   *
   * @param required whether a no, or no answer, aborts the message
   */
  static void notify(Invocation call, List<Candidate> sectors, boolean required) {
    for (Candidate sector : sectors) {
      for (PieceActivationManifest piece : sector.manifest().pieces()) {
        for (DataActivationNotification notification : piece.notifications()) {
          Optional<ActorAbort> refusal = tell(call, sector, piece, notification);
          if (required && refusal.isPresent()) {
            throw refusal.get();
          }
        }
      }
    }
  }

  /** Tells one actor of one piece; accounts answer with nothing, other actors are not there. */
  private static Optional<ActorAbort> tell(
      Invocation call,
      Candidate sector,
      PieceActivationManifest piece,
      DataActivationNotification notification) {
    Address address = notification.address();
    Optional<ActorId> told = call.state().resolve(address);
    if (told.isEmpty()) {
      return Optional.of(
          new ActorAbort(
              ExitCode.NOTIFICATION_SEND_FAILED,
              "sector change notification failed: no actor " + address));
    }
    ActorKind kind = call.state().actor(told.get()).map(LedgerActor::kind).orElseThrow();
    if (kind != ActorKind.MARKET) {
      return Optional.of(new ActorAbort(ExitCode.NOTIFICATION_RESPONSE_INVALID, "no return data"));
    }
    boolean accepted =
        DealActivation.changed(
                call.state(),
                call.receiver(),
                call.epoch(),
                new SectorContentChangedParams(
                    List.of(change(sector, piece, notification.payload()))))
            .accepted()
            .get(0)
            .get(0);
    return accepted
        ? Optional.empty()
        : Optional.of(rejected(told.get(), sector, piece, notification.payload()));
  }

  private static SectorContentChange change(
      Candidate sector, PieceActivationManifest piece, Bytes payload) {
    return new SectorContentChange(
        sector.manifest().sector(),
        new Epoch(sector.expiration()),
        List.of(new PieceChange(piece.piece(), piece.paddedBytes(), payload)));
  }

  private static ActorAbort rejected(
      ActorId by, Candidate sector, PieceActivationManifest piece, Bytes payload) {
    return new ActorAbort(
        ExitCode.NOTIFICATION_REJECTED,
        "sector change rejected by "
            + by
            + " for sector "
            + sector.number()
            + " piece "
            + piece.piece()
            + " payload RawBytes { "
            + payload.toHex()
            + " }");
  }
}
