package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealRefusal;
import io.granary.sharding.deal.DirectDeals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** {@code /v1/deals/direct}: an operator brings a direct deal, and its file. */
final class DirectDealRoutes {
  private static final Set<String> FIELDS =
      Set.of(
          "piece",
          "client",
          "allocation",
          "paddedBytes",
          "startEpoch",
          "endEpoch",
          "announce",
          "keepUnsealed",
          "file");

  private DirectDealRoutes() {}

  static List<Endpoint> of(DealService deals) {
    return List.of(
        Endpoint.post(
            "/v1/deals/direct", FIELDS, call -> deals.direct(request(call), call.text("file"))));
  }

  private static DirectDeals.Request request(Call call) {
    return new DirectDeals.Request(
        read("piece", call.requireText("piece"), Cid::parse),
        number(call, "paddedBytes"),
        read("client", call.requireText("client"), Address::parse),
        call.requireNumber("allocation"),
        epoch(call, "startEpoch"),
        epoch(call, "endEpoch"),
        flag(call, "announce"),
        flag(call, "keepUnsealed"));
  }

  private static <T> T read(String name, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(name + ": " + e.getMessage());
    }
  }

  private static Optional<Epoch> epoch(Call call, String name) {
    OptionalLong number = number(call, name);
    return number.isPresent() ? Optional.of(new Epoch(number.getAsLong())) : Optional.empty();
  }

  private static OptionalLong number(Call call, String name) {
    JsonNode value = call.body().get(name);
    return value == null || value.isNull()
        ? OptionalLong.empty()
        : OptionalLong.of(call.requireNumber(name));
  }

  /** What is not said is so. */
  private static boolean flag(Call call, String name) {
    JsonNode value = call.body().get(name);
    if (value == null || value.isNull()) {
      return true;
    }
    if (!value.isBoolean()) {
      throw Problem.badRequest(name + ": expected true or false, got " + value);
    }
    return value.booleanValue();
  }

  /** A refusal as HTTP tells it: by the field that has to change, if one has. */
  static Problem problem(DirectDeals.Refused refused) {
    String message = refused.message();
    return switch (refused.refusal()) {
      case DUPLICATE -> Problem.conflict(DealRefusal.DUPLICATE + ": " + message);
      case TOO_MANY -> Problem.unavailable(message);
      case PIECE_CID -> Problem.badRequest("piece: " + message);
      case PIECE_SIZE -> Problem.badRequest("paddedBytes: " + message);
      case CLIENT_NOT_TAKEN -> Problem.badRequest("client: " + message);
      case START_TOO_EARLY -> Problem.badRequest("startEpoch: " + message);
      case EPOCHS, DURATION, END_TOO_LATE -> Problem.badRequest("endEpoch: " + message);
      default -> Problem.badRequest("allocation: " + message);
    };
  }
}
