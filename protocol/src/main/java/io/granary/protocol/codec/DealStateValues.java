package io.granary.protocol.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.Payments;
import io.granary.protocol.deal.Placement;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.deal.Setback;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.wire.DealRejectedProto;
import io.granary.protocol.wire.DealStageProto;
import io.granary.protocol.wire.DealStateNameProto;
import io.granary.protocol.wire.DealStateProto;
import io.granary.protocol.wire.TransferProgressProto;
import java.util.Optional;

/**
 * A deal's state as {@code deal_state.proto} has it: the state's name, and what each state knows in
 * fields that states share. Reading throws {@link IllegalArgumentException} when a field is missing
 * or out of range, or a name unknown.
 */
public final class DealStateValues {
  private DealStateValues() {}

  public static DealStateProto toProto(DealState.Known state) {
    DealStateProto.Builder builder =
        DealStateProto.newBuilder().setTerms(DealCodec.toProto(state.terms()));
    if (state instanceof DealState.Failed failed) {
      builder.setFailed(DealCodec.toProto(failed.failure()));
      return builder.setName(name(failed.stage())).setStage(stage(failed.stage())).build();
    }
    if (state instanceof DealState.Rejected rejected) {
      builder.setRejected(
          DealRejectedProto.newBuilder()
              .setRefusal(DealCodec.toProto(rejected.refusal()))
              .setMessage(rejected.message()));
    }
    return builder.setName(name(state)).setStage(stage(state)).build();
  }

  private static DealStateNameProto name(DealState.Known state) {
    StringBuilder name = new StringBuilder("DEAL_STATE_NAME");
    for (char letter : state.getClass().getSimpleName().toCharArray()) {
      name.append(Character.isUpperCase(letter) ? "_" : "").append(Character.toUpperCase(letter));
    }
    return DealStateNameProto.valueOf(name.toString());
  }

  private static DealStageProto stage(DealState.Known state) {
    DealStageProto.Builder stage = DealStageProto.newBuilder();
    if (state instanceof DealState.AwaitingData awaiting) {
      awaiting.setback().ifPresent(before -> set(stage, before));
    } else if (state instanceof DealState.Transferring transferring) {
      stage.setProgress(toProto(transferring.progress()));
      transferring.setback().ifPresent(before -> set(stage, before));
    } else if (state instanceof DealState.Verifying verifying) {
      stage.setFile(DealCodec.toProto(verifying.file()));
      verifying.setback().ifPresent(before -> set(stage, before));
    } else if (state instanceof DealState.Verified verified) {
      stage.setFile(DealCodec.toProto(verified.file()));
    } else if (state instanceof DealState.Publishing publishing) {
      stage.setFile(DealCodec.toProto(publishing.file())).setIntentId(publishing.intentId());
      publishing.placement().ifPresent(place -> stage.setPlacement(DealCodec.toProto(place)));
    } else if (state instanceof DealState.Published published) {
      stage.setFile(DealCodec.toProto(published.file()));
      published.placement().ifPresent(place -> stage.setPlacement(DealCodec.toProto(place)));
      set(stage, Optional.of(published.publication()));
    } else if (state instanceof DealState.InSector inSector) {
      inSector(stage, inSector);
    } else if (state instanceof DealState.Expired expired) {
      set(stage, expired.publication());
      stage.setEpoch(expired.end().value());
      set(stage, expired.payments());
    } else if (state instanceof DealState.Slashed slashed) {
      set(stage, slashed.publication());
      stage.setEpoch(slashed.slashed().value());
      set(stage, slashed.payments());
    }
    return stage.build();
  }

  private static void inSector(DealStageProto.Builder stage, DealState.InSector state) {
    stage.setPlacement(DealCodec.toProto(state.placement()));
    if (state instanceof DealState.Placed placed) {
      stage.setFile(DealCodec.toProto(placed.file()));
    } else if (state instanceof DealState.Sealing sealing) {
      sealed(stage, sealing.file(), sealing.publication(), sealing.exposure());
    } else if (state instanceof DealState.Active active) {
      sealed(stage, active.file(), active.publication(), active.exposure());
      stage.setEpoch(active.activation().value());
      set(stage, active.payments());
    }
  }

  private static void sealed(
      DealStageProto.Builder stage,
      Optional<StagedFile> file,
      Optional<Publication> publication,
      Exposure exposure) {
    file.ifPresent(value -> stage.setFile(DealCodec.toProto(value)));
    set(stage, publication);
    exposure.indexedBlocks().ifPresent(stage::setIndexedBlocks);
    exposure.advertisement().ifPresent(cid -> stage.setAdvertisement(DealCodec.toProto(cid)));
  }

  private static void set(DealStageProto.Builder stage, Setback setback) {
    stage.setPlacement(DealCodec.toProto(setback.placement()));
    set(stage, setback.publication());
  }

  private static void set(DealStageProto.Builder stage, Optional<Publication> publication) {
    publication.ifPresent(value -> stage.setPublication(DealCodec.toProto(value)));
  }

  private static void set(DealStageProto.Builder stage, Payments payments) {
    payments
        .last()
        .ifPresent(
            last ->
                stage
                    .setLastPayment(DealCodec.toProto(last))
                    .setPaidTotal(payments.total().toString()));
  }

  private static TransferProgressProto toProto(TransferProgress progress) {
    TransferProgressProto.Builder builder =
        TransferProgressProto.newBuilder()
            .setReceivedBytes(progress.receivedBytes())
            .setTotalBytes(progress.totalBytes())
            .setFailures(progress.failures())
            .setRestarts(progress.restarts());
    progress.notBefore().ifPresent(time -> builder.setNotBefore(EntityCodec.toProto(time)));
    return builder.build();
  }

  public static DealState.Known fromProto(DealStateProto proto) {
    DealTerms terms = DealCodec.fromProto(proto.getTerms());
    DealState.Known state = state(terms, proto);
    if (!proto.hasFailed()) {
      return state;
    }
    if (state instanceof DealState.Working working) {
      return new DealState.Failed(working, DealCodec.fromProto(proto.getFailed()));
    }
    throw new IllegalArgumentException("deal state: " + proto.getName() + " cannot fail");
  }

  private static DealState.Known state(DealTerms terms, DealStateProto proto) {
    DealStageProto stage = proto.getStage();
    return switch (proto.getName()) {
      case DEAL_STATE_NAME_PROPOSED -> new DealState.Proposed(terms);
      case DEAL_STATE_NAME_REJECTED ->
          new DealState.Rejected(
              terms,
              DealCodec.fromProto(proto.getRejected().getRefusal()),
              proto.getRejected().getMessage());
      case DEAL_STATE_NAME_AWAITING_DATA -> new DealState.AwaitingData(terms, setback(stage));
      case DEAL_STATE_NAME_TRANSFERRING ->
          new DealState.Transferring(terms, progress(stage.getProgress()), setback(stage));
      case DEAL_STATE_NAME_VERIFYING -> new DealState.Verifying(terms, file(stage), setback(stage));
      case DEAL_STATE_NAME_VERIFIED -> new DealState.Verified(terms, file(stage));
      case DEAL_STATE_NAME_PLACED -> new DealState.Placed(terms, file(stage), placement(stage));
      case DEAL_STATE_NAME_PUBLISHING ->
          new DealState.Publishing(terms, file(stage), placementIfAny(stage), stage.getIntentId());
      case DEAL_STATE_NAME_PUBLISHED ->
          new DealState.Published(
              terms,
              file(stage),
              placementIfAny(stage),
              publication(stage)
                  .orElseThrow(() -> new IllegalArgumentException("deal: no publication")));
      case DEAL_STATE_NAME_SEALING ->
          new DealState.Sealing(
              terms, fileIfAny(stage), placement(stage), publication(stage), exposure(stage));
      case DEAL_STATE_NAME_ACTIVE ->
          new DealState.Active(
              terms,
              fileIfAny(stage),
              placement(stage),
              publication(stage),
              exposure(stage),
              new Epoch(stage.getEpoch()),
              payments(stage));
      case DEAL_STATE_NAME_EXPIRED ->
          new DealState.Expired(
              terms, publication(stage), new Epoch(stage.getEpoch()), payments(stage));
      case DEAL_STATE_NAME_SLASHED ->
          new DealState.Slashed(
              terms, publication(stage), new Epoch(stage.getEpoch()), payments(stage));
      case DEAL_STATE_NAME_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("deal state: no known name is set");
    };
  }

  private static TransferProgress progress(TransferProgressProto proto) {
    return new TransferProgress(
        proto.getReceivedBytes(),
        proto.getTotalBytes(),
        proto.getFailures(),
        proto.getRestarts(),
        proto.hasNotBefore()
            ? Optional.of(EntityCodec.fromProto(proto.getNotBefore()))
            : Optional.empty());
  }

  private static Optional<StagedFile> fileIfAny(DealStageProto stage) {
    return stage.hasFile() ? Optional.of(DealCodec.fromProto(stage.getFile())) : Optional.empty();
  }

  private static StagedFile file(DealStageProto stage) {
    return fileIfAny(stage)
        .orElseThrow(() -> new IllegalArgumentException("deal state: has no staged file"));
  }

  private static Placement placement(DealStageProto stage) {
    return DealCodec.fromProto(stage.getPlacement());
  }

  private static Optional<Placement> placementIfAny(DealStageProto stage) {
    return stage.hasPlacement() ? Optional.of(placement(stage)) : Optional.empty();
  }

  private static Optional<Setback> setback(DealStageProto stage) {
    return placementIfAny(stage).map(place -> new Setback(place, publication(stage)));
  }

  private static Optional<Publication> publication(DealStageProto stage) {
    return stage.hasPublication()
        ? Optional.of(DealCodec.fromProto(stage.getPublication()))
        : Optional.empty();
  }

  private static Payments payments(DealStageProto stage) {
    return stage.hasLastPayment()
        ? new Payments(
            TokenAmount.parse(stage.getPaidTotal()),
            Optional.of(DealCodec.fromProto(stage.getLastPayment())))
        : Payments.NONE;
  }

  private static Exposure exposure(DealStageProto stage) {
    return new Exposure(
        stage.hasIndexedBlocks() ? Optional.of(stage.getIndexedBlocks()) : Optional.empty(),
        stage.hasAdvertisement()
            ? Optional.of(DealCodec.cid(stage.getAdvertisement()))
            : Optional.empty());
  }
}
