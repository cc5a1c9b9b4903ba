package io.granary.devnet.actor;

import io.granary.devnet.state.RegistryState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.Frc42;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.math.BigInteger;
import java.util.List;

/**
 * The DataCap token f07 (builtin-actors datacap/src/lib.rs): whole bytes times 10^18, and nobody
 * can send it to anybody but the registry.
 */
final class DataCapMethods {
  private static final BigInteger UNIT = BigInteger.TEN.pow(18);
  private static final int OPERATOR_DATA_MAX = CborReader.MAX_BYTE_STRING;
  private static final long NAME = Frc42.methodNumber("Name");
  private static final long SYMBOL = Frc42.methodNumber("Symbol");
  private static final long GRANULARITY = Frc42.methodNumber("Granularity");
  private static final long TOTAL_SUPPLY = Frc42.methodNumber("TotalSupply");
  private static final long BALANCE = Frc42.methodNumber("Balance");
  private static final long TRANSFER = Frc42.methodNumber("Transfer");

  private DataCapMethods() {}

  private record Transfer(Address to, BigInteger amount, Bytes operatorData) {
    static Transfer readFrom(CborReader reader) {
      return reader.struct(
          "",
          3,
          r ->
              new Transfer(
                  r.address("to"),
                  r.bigInteger("amount"),
                  r.bytes("operatorData", OPERATOR_DATA_MAX)));
    }
  }

  static Bytes call(Invocation call) {
    RegistryState registry = call.state().registry();
    CborWriter writer = new CborWriter();
    if (call.method() == NAME) {
      return writer.text("DataCap").toBytes();
    } else if (call.method() == SYMBOL) {
      return writer.text("DCAP").toBytes();
    } else if (call.method() == GRANULARITY) {
      return writer.uint64(UNIT.longValueExact()).toBytes();
    } else if (call.method() == TOTAL_SUPPLY) {
      return writer.bigInteger(supply(registry)).toBytes();
    } else if (call.method() == BALANCE) {
      Address owner = call.decode(reader -> reader.address(""));
      BigInteger bytes =
          call.state().resolve(owner).map(id -> held(registry, id)).orElse(BigInteger.ZERO);
      return writer.bigInteger(bytes.multiply(UNIT)).toBytes();
    } else if (call.method() == TRANSFER) {
      return transfer(call);
    }
    throw new ActorAbort(ExitCode.UNHANDLED_MESSAGE, "invalid method: " + call.method());
  }

  private static BigInteger supply(RegistryState registry) {
    BigInteger sum = registry.allocated();
    for (BigInteger bytes : registry.dataCap().values()) {
      sum = sum.add(bytes);
    }
    return sum.multiply(UNIT);
  }

  /** What {@code owner} has: the registry what is set aside in allocations. */
  private static BigInteger held(RegistryState registry, ActorId owner) {
    return Address.ofId(owner).equals(BuiltinActors.VERIFIED_REGISTRY)
        ? registry.allocated()
        : registry.dataCapOf(owner);
  }

  private static Bytes transfer(Invocation call) {
    Transfer transfer = call.decode(Transfer::readFrom);
    ActorId to =
        call.state()
            .resolve(transfer.to())
            .orElseThrow(() -> ActorAbort.illegalArgument("invalid address " + transfer.to()));
    if (!Address.ofId(to).equals(BuiltinActors.VERIFIED_REGISTRY)) {
      throw ActorAbort.forbidden(
          "state transaction failed: transfer not allowed from "
              + call.caller()
              + " to "
              + to
              + " (governor is f06)");
    }
    BigInteger[] whole = transfer.amount().divideAndRemainder(UNIT);
    if (whole[1].signum() != 0 || whole[0].signum() < 0) {
      throw ActorAbort.illegalArgument(
          "state transaction failed: amount TokenAmount("
              + MinerMoney.fil(new TokenAmount(transfer.amount()))
              + ") for \"transfer\" must be a multiple of "
              + UNIT);
    }
    RegistryState before = call.state().registry();
    BigInteger held = before.dataCapOf(call.caller());
    if (held.compareTo(whole[0]) < 0) {
      throw ActorAbort.insufficientFunds(
          "state transaction failed: error in underlying state negative balance caused by"
              + " decreasing "
              + call.caller().value()
              + "'s balance of TokenAmount("
              + held
              + ".0) by TokenAmount(-"
              + whole[0]
              + ".0)");
    }
    Bytes received = received(call, whole[0], transfer.operatorData());
    RegistryState after = call.state().registry();
    return new CborWriter()
        .array(3)
        .bigInteger(after.dataCapOf(call.caller()).multiply(UNIT))
        .bigInteger(after.allocated().multiply(UNIT))
        .bytes(received)
        .toBytes();
  }

  /** The receiver's hook; what it refuses, the token refuses. */
  private static Bytes received(Invocation call, BigInteger bytes, Bytes operatorData) {
    try {
      return Allocations.receive(call, call.caller(), bytes, operatorData).toCbor();
    } catch (ActorAbort abort) {
      int code = abort.exitCode().code();
      throw new ActorAbort(
          abort.exitCode(),
          "receiver hook error from Address(\"f06\"): exit_code=ExitCode { value: "
              + code
              + " }, return_data=RawBytes {  }",
          List.of(
              "f06 (method "
                  + VerifiedRegistryMethods.UNIVERSAL_RECEIVER_HOOK
                  + ") -- "
                  + abort.getMessage()
                  + " ("
                  + code
                  + ")"));
    }
  }
}
