package io.granary.sharding.codec;

import io.granary.protocol.sector.SectorRefusal;
import io.granary.protocol.sector.SectorView;
import io.granary.protocol.wire.SectorAcceptedProto;
import io.granary.protocol.wire.SectorJobProgressProto;
import io.granary.protocol.wire.SectorRejectedProto;
import io.granary.protocol.wire.SectorReplyProto;
import io.granary.protocol.wire.SectorStateIsProto;
import io.granary.protocol.wire.SectorViewProto;
import io.granary.protocol.wire.ViewFieldProto;
import io.granary.sharding.sector.SectorReply;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@link SectorReply} as {@code sector_commands.proto} has it. */
final class SectorReplyCodec {
  private SectorReplyCodec() {}

  static SectorReplyProto toProto(SectorReply reply) {
    SectorReplyProto.Builder builder = SectorReplyProto.newBuilder();
    if (reply instanceof SectorReply.Accepted) {
      builder.setAccepted(SectorAcceptedProto.getDefaultInstance());
    } else if (reply instanceof SectorReply.Rejected rejected) {
      builder.setRejected(
          SectorRejectedProto.newBuilder()
              .setCode(rejected.code().name())
              .setDetail(rejected.detail()));
    } else if (reply instanceof SectorReply.StateIs state) {
      SectorStateIsProto.Builder is =
          SectorStateIsProto.newBuilder()
              .setView(view(state.view()))
              .setSequence(state.sequence())
              .setIgnoredReports(state.ignoredReports());
      state
          .progress()
          .ifPresent(
              progress ->
                  is.setProgress(
                      SectorJobProgressProto.newBuilder()
                          .setWorker(progress.worker())
                          .setStage(progress.stage())
                          .setPercent(progress.percent())));
      builder.setStateIs(is);
    }
    return builder.build();
  }

  static SectorReply fromProto(SectorReplyProto proto) {
    return switch (proto.getKindCase()) {
      case ACCEPTED -> new SectorReply.Accepted();
      case REJECTED ->
          new SectorReply.Rejected(
              SectorRefusal.valueOf(proto.getRejected().getCode()),
              proto.getRejected().getDetail());
      case STATE_IS -> {
        SectorStateIsProto is = proto.getStateIs();
        yield new SectorReply.StateIs(
            view(is.getView()),
            is.getSequence(),
            is.hasProgress()
                ? Optional.of(
                    new SectorReply.JobProgress(
                        is.getProgress().getWorker(),
                        is.getProgress().getStage(),
                        is.getProgress().getPercent()))
                : Optional.empty(),
            is.getIgnoredReports());
      }
      case KIND_NOT_SET -> throw new IllegalArgumentException("sector reply: no known kind is set");
    };
  }

  private static SectorViewProto view(SectorView view) {
    SectorViewProto.Builder builder = SectorViewProto.newBuilder().setState(view.state());
    view.fields()
        .forEach(
            (name, value) -> {
              ViewFieldProto.Builder field = ViewFieldProto.newBuilder().setName(name);
              if (value instanceof Long number) {
                field.setNumber(number);
              } else if (value instanceof Boolean flag) {
                field.setFlag(flag);
              } else {
                field.setText((String) value);
              }
              builder.addFields(field);
            });
    return builder.build();
  }

  private static SectorView view(SectorViewProto proto) {
    Map<String, Object> fields = new TreeMap<>();
    for (ViewFieldProto field : proto.getFieldsList()) {
      fields.put(field.getName(), value(field));
    }
    return new SectorView(proto.getState(), fields);
  }

  private static Object value(ViewFieldProto field) {
    return switch (field.getValueCase()) {
      case TEXT -> field.getText();
      case NUMBER -> field.getNumber();
      case FLAG -> field.getFlag();
      case VALUE_NOT_SET ->
          throw new IllegalArgumentException("view field " + field.getName() + ": has no value");
    };
  }
}
