package io.granary.devnet.actor;

import io.granary.devnet.state.RegistryState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.Frc42;
import io.granary.protocol.actor.VerifiedRegistryMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborReader;
import java.math.BigInteger;
import java.util.Optional;

/** The verified registry f06 (chain.md 3.3; rules and texts as the recorded answers show them). */
final class VerifiedRegistryMethods {
  private static final long ADD_VERIFIER = 2;
  private static final long REMOVE_VERIFIER = 3;
  private static final long ADD_VERIFIED_CLIENT = 4;
  static final long UNIVERSAL_RECEIVER_HOOK = Frc42.methodNumber("Receive");

  private VerifiedRegistryMethods() {}

  /** Who gets how many bytes of DataCap. */
  private record Grant(Address address, BigInteger allowance) {
    static Grant readFrom(CborReader reader) {
      return reader.struct("", 2, r -> new Grant(r.address("address"), r.bigInteger("allowance")));
    }
  }

  static Bytes call(Invocation call) {
    long method = call.method();
    if (method == ADD_VERIFIER) {
      return addVerifier(call);
    } else if (method == REMOVE_VERIFIER) {
      return removeVerifier(call);
    } else if (method == ADD_VERIFIED_CLIENT) {
      return addClient(call);
    } else if (method == VerifiedRegistryMethod.REMOVE_EXPIRED_ALLOCATIONS) {
      return ExpiredDataCap.removeAllocations(call);
    } else if (method == VerifiedRegistryMethod.CLAIM_ALLOCATIONS) {
      MarketMethods.requireMiner(call);
      throw new IllegalStateException("miners claim within their own methods");
    } else if (method == VerifiedRegistryMethod.GET_CLAIMS) {
      return ClaimBook.get(call);
    } else if (method == VerifiedRegistryMethod.EXTEND_CLAIM_TERMS) {
      return ClaimBook.extend(call);
    } else if (method == VerifiedRegistryMethod.REMOVE_EXPIRED_CLAIMS) {
      return ExpiredDataCap.removeClaims(call);
    } else if (method == UNIVERSAL_RECEIVER_HOOK) {
      throw call.callerNotSupported();
    }
    throw new ActorAbort(ExitCode.UNHANDLED_MESSAGE, "invalid method: " + method);
  }

  private static Bytes addVerifier(Invocation call) {
    Grant grant = call.decode(Grant::readFrom);
    if (grant.allowance().compareTo(BigInteger.valueOf(Allocations.SIZE_MIN)) < 0) {
      throw ActorAbort.illegalArgument(
          "Allowance "
              + grant.allowance()
              + " below minimum deal size for add verifier "
              + grant.address().toText('f'));
    }
    RegistryState registry = call.state().registry();
    ActorId verifier = resolved(call, grant.address());
    if (verifier.equals(registry.root())) {
      throw ActorAbort.illegalArgument("Rootkey cannot be added as verifier");
    }
    requireRoot(call);
    if (registry.dataCapOf(verifier).signum() > 0) {
      throw ActorAbort.illegalArgument("verified client " + verifier + " cannot become a verifier");
    }
    call.state().put(registry.withVerifier(verifier, grant.allowance()));
    return Bytes.empty();
  }

  private static Bytes removeVerifier(Invocation call) {
    Address address = call.decode(reader -> reader.address(""));
    requireRoot(call);
    Optional<ActorId> verifier = call.state().resolve(address);
    RegistryState registry = call.state().registry();
    if (verifier.flatMap(registry::allowance).isEmpty()) {
      throw ActorAbort.illegalArgument("failed to remove verifier: " + address.toText('f'));
    }
    call.state().put(registry.withoutVerifier(verifier.get()));
    return Bytes.empty();
  }

  private static Bytes addClient(Invocation call) {
    Grant grant = call.decode(Grant::readFrom);
    if (grant.allowance().compareTo(BigInteger.valueOf(Allocations.SIZE_MIN)) < 0) {
      throw ActorAbort.illegalArgument(
          "allowance "
              + grant.allowance()
              + " below MinVerifiedDealSize for add verified client "
              + grant.address().toText('f'));
    }
    RegistryState registry = call.state().registry();
    ActorId client = resolved(call, grant.address());
    if (client.equals(registry.root())) {
      throw ActorAbort.illegalArgument("Rootkey cannot be added as a verified client");
    }
    if (registry.allowance(client).isPresent()) {
      throw ActorAbort.illegalArgument(
          "verifier " + client + " cannot be added as a verified client");
    }
    BigInteger left =
        registry
            .allowance(call.caller())
            .orElseThrow(
                () -> ActorAbort.notFound("caller " + call.caller() + " is not a verifier"));
    if (left.compareTo(grant.allowance()) < 0) {
      throw ActorAbort.illegalArgument(
          "add more DataCap " + grant.allowance() + " for client than allocated " + left);
    }
    call.state()
        .put(
            registry
                .withVerifier(call.caller(), left.subtract(grant.allowance()))
                .granting(client, grant.allowance()));
    return Bytes.empty();
  }

  private static void requireRoot(Invocation call) {
    if (!call.caller().equals(call.state().registry().root())) {
      throw call.callerNotSupported();
    }
  }

  private static ActorId resolved(Invocation call, Address address) {
    return call.state()
        .resolve(address)
        .orElseThrow(() -> ActorAbort.illegalArgument("failed to resolve " + address));
  }
}
