package io.granary.ops.http;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import java.util.Locale;

/** Ids as they stand in paths and bodies. */
final class PathIds {
  private PathIds() {}

  static ActorId miner(String text) {
    if (text.matches("[ft]0[0-9]{1,18}")) {
      return new ActorId(Long.parseLong(text.substring(2)));
    }
    throw Problem.badRequest("miner: expected an id address such as f01000, got " + text);
  }

  static SectorId sector(String miner, String number) {
    if (number.matches("[0-9]{1,18}")) {
      return new SectorId(miner(miner), new SectorNumber(Long.parseLong(number)));
    }
    throw Problem.badRequest("number: expected a sector number, got " + number);
  }

  static SectorId sector(String text) {
    try {
      return SectorId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("after: " + e.getMessage());
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

  static Address address(String text) {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("owner: " + e.getMessage());
    }
  }
}
