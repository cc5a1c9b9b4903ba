package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.machine.TransitionTable;
import java.util.Optional;

/** Where a deal stands. One record per state, with only what that state knows. */
public sealed interface DealState {
  /** The allowed steps; docs/flows/deal.md shows them. */
  TransitionTable<DealState, DealEvent> TABLE = DealTransitions.table();

  /**
   * The state after {@code event}; pure.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  default DealState on(DealEvent event) {
    TABLE.requireAllowed(this, event);
    return TABLE.check(this, event, next(event));
  }

  /** The step itself; only called for events that {@link #TABLE} allows here. */
  DealState next(DealEvent event);

  /** Nobody proposed it yet. */
  record Unknown() implements DealState {
    @Override
    public DealState next(DealEvent event) {
      return new Proposed(((DealEvent.DealProposed) event).terms());
    }
  }

  /** A deal that was proposed. */
  sealed interface Known extends DealState permits Proposed, Ended, Failed, Working {
    DealTerms terms();
  }

  /** An accepted deal with work to do. */
  sealed interface Working extends Known
      permits AwaitingData, Transferring, Verifying, Verified, Publishing, Published, InSector {}

  /** A deal with a place in a sector. */
  sealed interface InSector extends Working permits Placed, Sealing, Active {
    Placement placement();
  }

  /** A deal with which nothing happens any more, but that it may be paid. */
  sealed interface Ended extends Known permits Rejected, Expired, Slashed {}

  /** Is judged. */
  record Proposed(DealTerms terms) implements Known {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.DealRejected rejected) {
        return new Rejected(terms, rejected.refusal(), rejected.message());
      }
      if (terms.delivery() instanceof DealTerms.Delivery.Fetched fetched) {
        return new Transferring(
            terms, TransferProgress.start(fetched.transfer().size()), Optional.empty());
      }
      return new AwaitingData(terms, Optional.empty());
    }
  }

  /** Was not taken. */
  record Rejected(DealTerms terms, DealRefusal refusal, String message) implements Ended {
    @Override
    public DealState next(DealEvent event) {
      throw DealTransitions.ended();
    }
  }

  /**
   * Waits for an operator to import the data, until its start epoch.
   *
   * @param setback of a deal that had its data before
   */
  record AwaitingData(DealTerms terms, Optional<Setback> setback) implements Working {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.DataImported imported) {
        return new Verifying(terms, imported.file(), setback);
      }
      return Failed.at(this, event);
    }
  }

  /**
   * Its data is fetched.
   *
   * @param setback of a deal that had its data before
   */
  record Transferring(DealTerms terms, TransferProgress progress, Optional<Setback> setback)
      implements Working {
    /** Whether what lies in staging is of no use: nothing has come since it was found damaged. */
    public boolean afresh() {
      return setback.isPresent() && progress.receivedBytes() == 0;
    }

    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.DataReceived received) {
        return with(progress.received(received.receivedBytes(), received.totalBytes()));
      }
      if (event instanceof DealEvent.TransferInterrupted interrupted) {
        return with(progress.interrupted(interrupted.retryNotBefore()));
      }
      if (event instanceof DealEvent.TransferRestarted) {
        return with(progress.restarted());
      }
      if (event instanceof DealEvent.TransferCompleted completed) {
        return new Verifying(terms, completed.file(), setback);
      }
      return Failed.at(this, event);
    }

    private Transferring with(TransferProgress now) {
      return new Transferring(terms, now, setback);
    }
  }

  /**
   * Its commitment is computed; an operator's file is copied into staging meanwhile.
   *
   * @param setback of a deal that had its data before
   */
  record Verifying(DealTerms terms, StagedFile file, Optional<Setback> setback) implements Working {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.PieceVerified verified) {
        StagedFile now = verified.copy().orElse(file);
        return setback.isPresent() ? setback.get().over(terms, now) : new Verified(terms, now);
      }
      if (event instanceof DealEvent.DataImported imported) {
        DealTransitions.require(isImported(), "its data is not imported");
        return new Verifying(terms, imported.file(), setback);
      }
      if (event instanceof DealEvent.PieceMismatched mismatched) {
        return mismatch(mismatched);
      }
      return Failed.at(this, event);
    }

    private boolean isImported() {
      return terms.delivery() instanceof DealTerms.Delivery.Imported;
    }

    /** An operator can bring another file; a client's server gave what it has. */
    private DealState mismatch(DealEvent.PieceMismatched mismatched) {
      if (isImported()) {
        return new AwaitingData(terms, setback);
      }
      return new Failed(
          this,
          new DealFailure(
              DealFailure.Kind.FATAL,
              "commP mismatch, expected "
                  + terms.contract().pieceCid()
                  + ", actual "
                  + Cid.commP(mismatched.found())));
    }
  }

  /** Waits to be published or, a direct deal, for a place in a sector. */
  record Verified(DealTerms terms, StagedFile file) implements Working {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.PiecePlaced placed) {
        return new Placed(terms, file, placed.placement());
      }
      if (event instanceof DealEvent.PublicationRequested requested) {
        return new Publishing(terms, file, Optional.empty(), requested.intentId());
      }
      return Failed.at(this, event);
    }
  }

  /**
   * Waits for its sector to take the data: a direct deal. A market deal is here only in journals of
   * releases that gave it its place before its publication.
   */
  record Placed(DealTerms terms, StagedFile file, Placement placement) implements InSector {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.PublicationRequested requested) {
        return new Publishing(terms, file, Optional.of(placement), requested.intentId());
      }
      if (event instanceof DealEvent.PieceMoved moved) {
        return new Placed(terms, file, moved.placement());
      }
      if (event instanceof DealEvent.PieceDamaged) {
        DealTransitions.require(!placement.spent(), "the sector is given up already");
        return new Setback(placement.spoilt(), Optional.empty()).begin(terms);
      }
      if (event instanceof DealEvent.PieceAdded) {
        DealTransitions.require(!terms.published(), "a market deal is published first");
        return new Sealing(terms, Optional.of(file), placement, Optional.empty(), Exposure.NONE);
      }
      return Failed.at(this, event);
    }
  }

  /**
   * A message with it is under way.
   *
   * @param placement only of a deal that had its place before: a re-org took its publication back
   * @param intentId of the message, shared by the deals of its batch
   */
  record Publishing(
      DealTerms terms, StagedFile file, Optional<Placement> placement, String intentId)
      implements Working {
    public Publishing {
      DealTransitions.require(terms.published(), "a direct deal is not published");
    }

    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.PublicationLanded landed) {
        return new Published(terms, file, placement, landed.publication());
      }
      if (event instanceof DealEvent.PublicationDropped) {
        return placement.isPresent()
            ? new Placed(terms, file, placement.get())
            : new Verified(terms, file);
      }
      if (event instanceof DealEvent.PieceMoved moved) {
        DealTransitions.requirePlace(placement);
        return new Publishing(terms, file, Optional.of(moved.placement()), intentId);
      }
      return Failed.at(this, event);
    }
  }

  /**
   * Waits for a place in a sector, then for that sector to take the data.
   *
   * @param placement empty until its sector is ordered
   */
  record Published(
      DealTerms terms, StagedFile file, Optional<Placement> placement, Publication publication)
      implements Working {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.PieceAdded) {
        return new Sealing(
            terms,
            Optional.of(file),
            DealTransitions.requirePlace(placement),
            Optional.of(publication),
            Exposure.NONE);
      }
      if (event instanceof DealEvent.PieceDamaged) {
        Placement place = DealTransitions.requirePlace(placement);
        DealTransitions.require(!place.spent(), "the sector is given up already");
        return new Setback(place.spoilt(), Optional.of(publication)).begin(terms);
      }
      if (event instanceof DealEvent.PublicationReverted reverted) {
        return new Publishing(terms, file, placement, reverted.intentId());
      }
      if (event instanceof DealEvent.PiecePlaced placed) {
        DealTransitions.require(placement.isEmpty(), "a piece that has its place is moved");
        return new Published(terms, file, Optional.of(placed.placement()), publication);
      }
      if (event instanceof DealEvent.PieceMoved moved) {
        DealTransitions.requirePlace(placement);
        return new Published(terms, file, Optional.of(moved.placement()), publication);
      }
      return Failed.at(this, event);
    }
  }

  /**
   * Its sector is sealed. The staged file stays: another sector may have to take it.
   *
   * @param file empty when it was released by an activation that was taken back after all
   * @param publication empty for a direct deal
   */
  record Sealing(
      DealTerms terms,
      Optional<StagedFile> file,
      Placement placement,
      Optional<Publication> publication,
      Exposure exposure)
      implements InSector {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.DealActivated activated) {
        return new Active(
            terms, file, placement, publication, exposure, activated.activation(), Payments.NONE);
      }
      if (event instanceof DealEvent.PieceIndexed indexed) {
        return with(exposure.indexed(indexed.blocks()));
      }
      if (event instanceof DealEvent.PieceAnnounced announced) {
        return with(exposure.announced(announced.advertisement()));
      }
      if (event instanceof DealEvent.PieceMoved moved) {
        return moved(moved.placement());
      }
      if (event instanceof DealEvent.PublicationReverted reverted) {
        return new Publishing(terms, staged(), Optional.of(placement), reverted.intentId());
      }
      return Failed.at(this, event);
    }

    private Sealing with(Exposure now) {
      return new Sealing(terms, file, placement, publication, now);
    }

    private DealState moved(Placement to) {
      return publication.isPresent()
          ? new Published(terms, staged(), Optional.of(to), publication.get())
          : new Placed(terms, staged(), to);
    }

    private StagedFile staged() {
      return file.orElseThrow(
          () -> new IllegalStateException("the staged file of deal " + terms.id() + " is gone"));
    }
  }

  /** Is stored, proven, and paid for. */
  record Active(
      DealTerms terms,
      Optional<StagedFile> file,
      Placement placement,
      Optional<Publication> publication,
      Exposure exposure,
      Epoch activation,
      Payments payments)
      implements InSector {
    @Override
    public DealState next(DealEvent event) {
      if (event instanceof DealEvent.ActivationReverted) {
        return new Sealing(terms, file, placement, publication, exposure);
      }
      if (event instanceof DealEvent.StagingReleased) {
        return with(Optional.empty(), exposure, payments);
      }
      if (event instanceof DealEvent.PieceIndexed indexed) {
        return with(file, exposure.indexed(indexed.blocks()), payments);
      }
      if (event instanceof DealEvent.PieceAnnounced announced) {
        return with(file, exposure.announced(announced.advertisement()), payments);
      }
      if (event instanceof DealEvent.DealPaid paid) {
        return with(file, exposure, payments.plus(paid.payment()));
      }
      if (event instanceof DealEvent.DealSlashed slashed) {
        return new Slashed(terms, publication, slashed.slashed(), payments);
      }
      return new Expired(terms, publication, ((DealEvent.DealExpired) event).end(), payments);
    }

    private Active with(Optional<StagedFile> staged, Exposure now, Payments paid) {
      return new Active(terms, staged, placement, publication, now, activation, paid);
    }
  }

  /** Came to its end; the last payment comes after it. */
  record Expired(DealTerms terms, Optional<Publication> publication, Epoch end, Payments payments)
      implements Ended {
    @Override
    public DealState next(DealEvent event) {
      return new Expired(
          terms, publication, end, payments.plus(((DealEvent.DealPaid) event).payment()));
    }
  }

  /** Lost its sector before its end; a payment of before may be told later. */
  record Slashed(
      DealTerms terms, Optional<Publication> publication, Epoch slashed, Payments payments)
      implements Ended {
    @Override
    public DealState next(DealEvent event) {
      return new Slashed(
          terms, publication, slashed, payments.plus(((DealEvent.DealPaid) event).payment()));
    }
  }

  /**
   * Stopped.
   *
   * @param stage where, and where a retry goes on
   */
  record Failed(Working stage, DealFailure failure) implements Known {
    @Override
    public DealTerms terms() {
      return stage.terms();
    }

    @Override
    public DealState next(DealEvent event) {
      DealTransitions.require(
          failure.kind() == DealFailure.Kind.RETRYABLE, "nothing can be retried");
      if (stage instanceof Transferring transferring) {
        return new Transferring(terms(), transferring.progress().retried(), transferring.setback());
      }
      if (stage instanceof Placed placed) {
        return new Placed(terms(), placed.file(), placed.placement().retried());
      }
      if (stage instanceof Published published) {
        return new Published(
            terms(),
            published.file(),
            published.placement().map(Placement::retried),
            published.publication());
      }
      return stage;
    }

    private static Failed at(Working stage, DealEvent event) {
      return new Failed(stage, ((DealEvent.DealFailed) event).failure());
    }
  }
}
