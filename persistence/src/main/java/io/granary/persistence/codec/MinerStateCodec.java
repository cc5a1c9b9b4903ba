package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.miner.DebtBook;
import io.granary.protocol.miner.MinerState;
import io.granary.protocol.miner.MinerState.Configured.Place;
import io.granary.protocol.miner.OpenSector;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.wire.ConfiguredMinerStateProto;
import io.granary.protocol.wire.DebtBookProto;
import io.granary.protocol.wire.OpenSectorProto;
import io.granary.protocol.wire.RememberedOrderProto;
import io.granary.protocol.wire.SectorOrderProto;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Snapshots: a configured miner as {@code miner_state.proto} has it. */
public final class MinerStateCodec implements EventCodec<MinerState.Configured> {
  static final String MANIFEST = "miner-state.1";

  @Override
  public Class<MinerState.Configured> type() {
    return MinerState.Configured.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(MinerState.Configured value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(MinerState.Configured state) {
    ConfiguredMinerStateProto.Builder builder =
        ConfiguredMinerStateProto.newBuilder()
            .setConfig(MessageCodec.toProto(state.config()))
            .setNextNumber(state.nextNumber());
    state.ordered().values().forEach(order -> builder.addOrdered(EntityCodec.toProto(order)));
    state.inMotion().forEach(number -> builder.addInMotion(number.value()));
    state
        .orders()
        .forEach(
            (id, place) ->
                builder.addOrders(
                    RememberedOrderProto.newBuilder()
                        .setOrderId(id)
                        .setSector(place.sector().value())
                        .setOffset(place.offset())));
    state.open().values().forEach(sector -> builder.addOpen(PackingCodec.toProto(sector)));
    builder.setDebt(toProto(state.debt()));
    return builder.build().toByteArray();
  }

  private static DebtBookProto toProto(DebtBook debt) {
    DebtBookProto.Builder builder =
        DebtBookProto.newBuilder()
            .setRepayments(debt.repayments())
            .setDay(debt.day())
            .setAskedThatDay(debt.askedThatDay().toString());
    debt.open().ifPresent(intent -> builder.setOpen(MessageCodec.toProto(intent)));
    return builder.build();
  }

  private static DebtBook debt(DebtBookProto proto) {
    return new DebtBook(
        proto.getRepayments(),
        proto.getDay(),
        TokenAmount.parse(proto.getAskedThatDay()),
        proto.hasOpen() ? Optional.of(MessageCodec.fromProto(proto.getOpen())) : Optional.empty());
  }

  @Override
  public MinerState.Configured fromBytes(String manifest, CodedInputStream in) throws IOException {
    ConfiguredMinerStateProto proto = ConfiguredMinerStateProto.parseFrom(in);
    SortedMap<SectorNumber, SectorOrder> ordered = new TreeMap<>();
    for (SectorOrderProto each : proto.getOrderedList()) {
      SectorOrder order = EntityCodec.fromProto(each);
      ordered.put(order.sector().number(), order);
    }
    SortedSet<SectorNumber> inMotion = new TreeSet<>();
    proto.getInMotionList().forEach(number -> inMotion.add(new SectorNumber(number)));
    Map<String, Place> orders = new LinkedHashMap<>();
    for (RememberedOrderProto each : proto.getOrdersList()) {
      orders.put(
          each.getOrderId(), new Place(new SectorNumber(each.getSector()), each.getOffset()));
    }
    SortedMap<SectorNumber, OpenSector> open = new TreeMap<>();
    for (OpenSectorProto each : proto.getOpenList()) {
      OpenSector sector = PackingCodec.fromProto(each);
      open.put(sector.sector().number(), sector);
    }
    return new MinerState.Configured(
        MessageCodec.fromProto(proto.getConfig()),
        proto.getNextNumber(),
        ordered,
        inMotion,
        orders,
        proto.hasDebt() ? debt(proto.getDebt()) : DebtBook.EMPTY,
        open);
  }
}
