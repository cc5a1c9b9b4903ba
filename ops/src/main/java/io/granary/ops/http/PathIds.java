package io.granary.ops.http;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import java.util.Locale;

/** Ids as they stand in paths, queries and bodies. */
final class PathIds {
  private PathIds() {}

  static ActorId miner(String text) {
    if (text.matches("[ft]0[0-9]{1,19}")) {
      try {
        return new ActorId(Long.parseLong(text.substring(2)));
      } catch (NumberFormatException e) {
        throw Problem.badRequest("miner: " + text + " is above 2^63 - 1");
      }
    }
    throw Problem.badRequest("miner: expected an id address such as f01000, got " + text);
  }

  static ActorId miner(Call call) {
    return miner(call.segment("miner"));
  }

  /** What {@code {miner}} and {@code {number}} name. */
  static SectorId sector(Call call) {
    return new SectorId(miner(call), new SectorNumber(whole("number", call.segment("number"))));
  }

  /** A whole number from 0 to 2^63 − 1. */
  static long whole(String name, String text) {
    if (text.matches("[0-9]{1,19}")) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw Problem.badRequest(name + ": " + text + " is above 2^63 - 1");
      }
    }
    throw Problem.badRequest(name + ": expected a whole number, got " + text);
  }

  static SectorId after(String text) {
    try {
      return SectorId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("after: " + e.getMessage());
    }
  }

  static DealId deal(String name, String text) {
    try {
      return DealId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(name + ": expected a UUID, got " + text);
    }
  }

  static SectorSize sectorSize(String text) {
    try {
      return SectorSize.valueOf("SIZE_" + text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          "sectorSize: expected 2KiB, 8MiB, 512MiB, 32GiB or 64GiB, got " + text);
    }
  }

  static Address owner(String text) {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("owner: " + e.getMessage());
    }
  }

  static Cid message(String text) {
    try {
      return Cid.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("message: " + e.getMessage());
    }
  }
}
