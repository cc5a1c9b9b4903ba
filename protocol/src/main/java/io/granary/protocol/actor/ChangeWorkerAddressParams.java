package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#CHANGE_WORKER_ADDRESS} (go-state-types builtin/v18/miner).
 *
 * @param newWorker an account with a BLS key
 * @param newControlAddresses at most ten, in place of the present ones
 */
public record ChangeWorkerAddressParams(Address newWorker, List<Address> newControlAddresses)
    implements CborEncodable {
  public ChangeWorkerAddressParams {
    newControlAddresses = List.copyOf(newControlAddresses);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ChangeWorkerAddressParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "ChangeWorkerAddressParams", ChangeWorkerAddressParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ChangeWorkerAddressParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new ChangeWorkerAddressParams(
                r.address("newWorker"),
                r.list(
                    "newControlAddresses", CborReader.MAX_LIST_ITEMS, item -> item.address(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).address(newWorker).list(newControlAddresses, CborWriter::address);
  }
}
