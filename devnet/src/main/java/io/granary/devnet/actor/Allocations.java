package io.granary.devnet.actor;

import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.Allocation;
import io.granary.devnet.state.Claim;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.RegistryState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.ClaimTerm;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What the registry does with DataCap it receives: allocations are made and claims extended, all or
 * nothing (builtin-actors verifreg/src/lib.rs, universal_receiver_hook).
 */
final class Allocations {
  /** The least size of an allocation on a 2 KiB network; a MiB on mainnet. */
  static final long SIZE_MIN = 256;

  /** The longest term: five years of 365.2425 days (recorded: 5,259,485 passes, one more not). */
  static final long TERM_MAX = 5_259_485;

  /** How far ahead an allocation may expire: 60 days. */
  static final long EXPIRATION_MAX = 60 * 2880;

  /** How much longer than its deal an allocation may be claimed for: 90 days. */
  static final long DEAL_TERM_SLACK = 90 * 2880;

  private Allocations() {}

  /** One allocation that is asked for. */
  private record Request(
      ActorId provider, Cid data, long size, long termMin, long termMax, long expiration) {
    static Request readFrom(CborReader reader) {
      return reader.struct(
          "",
          6,
          r ->
              new Request(
                  r.actorId("provider"),
                  r.cid("data"),
                  r.uint("size"),
                  r.int64("termMin"),
                  r.int64("termMax"),
                  r.int64("expiration")));
    }
  }

  /** The operator data of a transfer to the registry. */
  private record Requests(List<Request> allocations, List<ClaimTerm> extensions) {
    static Requests readFrom(CborReader reader) {
      return reader.struct(
          "",
          2,
          r ->
              new Requests(
                  r.list("allocations", CborReader.MAX_LIST_ITEMS, Request::readFrom),
                  r.list("extensions", CborReader.MAX_LIST_ITEMS, ClaimTerm::readFrom)));
    }
  }

  /** What the registry answers to a transfer. */
  record Received(long allocated, long extended, List<Long> ids) implements CborEncodable {
    @Override
    public void writeTo(CborWriter writer) {
      writer
          .array(3)
          .value(new BatchReturn(allocated, List.of()))
          .value(new BatchReturn(extended, List.of()))
          .list(ids, CborWriter::uint64);
    }
  }

  /**
   * Takes {@code bytes} of DataCap of {@code client}, which the token has checked, for what {@code
   * operatorData} asks. DataCap for extensions is burnt, that for allocations waits for claims.
   */
  static Received receive(Invocation call, ActorId client, BigInteger bytes, Bytes operatorData) {
    Requests requests = decoded(operatorData);
    StateDraft state = call.state();
    RegistryState registry = state.registry().granting(client, bytes.negate());
    BigInteger asked = BigInteger.ZERO;
    List<Long> ids = new ArrayList<>();
    for (Request request : requests.allocations()) {
      check(request, call);
      asked = asked.add(BigInteger.valueOf(request.size()));
      ids.add(registry.nextAllocationId());
      registry = registry.adding(allocation(client, request));
    }
    for (ClaimTerm term : requests.extensions()) {
      Claim claim = extensible(registry, term, call.epoch());
      asked = asked.add(BigInteger.valueOf(claim.size()));
      registry = registry.withClaim(term.claimId(), claim.withTermMax(term.termMax()));
    }
    if (!asked.equals(bytes)) {
      throw ActorAbort.illegalArgument(
          "total allocation size " + asked + " must match data cap amount received " + bytes);
    }
    state.put(registry);
    return new Received(ids.size(), requests.extensions().size(), ids);
  }

  private static Requests decoded(Bytes operatorData) {
    try {
      return CborReader.decode(operatorData, "operatorData", Requests::readFrom);
    } catch (CborException e) {
      throw new ActorAbort(
          ExitCode.SERIALIZATION,
          "failed to deserialize allocation requests: Serialization error for Cbor protocol: "
              + e.getMessage());
    }
  }

  private static Allocation allocation(ActorId client, Request request) {
    return new Allocation(
        client,
        request.provider(),
        request.data(),
        request.size(),
        request.termMin(),
        request.termMax(),
        request.expiration());
  }

  private static void check(Request request, Invocation call) {
    ActorKind provider =
        call.state().actor(request.provider()).map(LedgerActor::kind).orElse(ActorKind.SYSTEM);
    if (request.size() < SIZE_MIN) {
      throw ActorAbort.illegalArgument(
          "allocation size " + request.size() + " below minimum " + SIZE_MIN);
    }
    long termMin = call.policy().minSectorLifetime();
    if (request.termMin() < termMin) {
      throw ActorAbort.illegalArgument(
          "allocation term min " + request.termMin() + " below limit " + termMin);
    }
    if (request.termMax() > TERM_MAX) {
      throw ActorAbort.illegalArgument(
          "allocation term max " + request.termMax() + " above limit " + TERM_MAX);
    }
    if (request.termMin() > request.termMax()) {
      throw ActorAbort.illegalArgument(
          "allocation term min " + request.termMin() + " exceeds term max " + request.termMax());
    }
    checkExpiration(request.expiration(), call.epoch());
    if (provider != ActorKind.MINER) {
      throw ActorAbort.illegalArgument(
          "allocation provider "
              + request.provider().value()
              + " must be a miner actor, was "
              + RustText.variant(provider.actorName()));
    }
  }

  private static void checkExpiration(long expiration, long now) {
    if (expiration < now) {
      throw ActorAbort.illegalArgument(
          "allocation expiration epoch " + expiration + " has passed current epoch " + now);
    }
    if (expiration > now + EXPIRATION_MAX) {
      throw ActorAbort.illegalArgument(
          "allocation expiration " + expiration + " exceeds maximum " + (now + EXPIRATION_MAX));
    }
  }

  /** The claim that DataCap may lengthen: not expired, and to no shorter term. */
  private static Claim extensible(RegistryState registry, ClaimTerm term, long now) {
    Claim claim =
        registry
            .claim(term.provider(), term.claimId())
            .orElseThrow(
                () ->
                    ActorAbort.notFound(
                        "no claim " + term.claimId() + " for provider " + term.provider().value()));
    if (term.termMax() > TERM_MAX || term.termMax() < claim.termMax()) {
      throw ActorAbort.illegalArgument(
          "term_max " + term.termMax() + " for claim " + term.claimId() + " is out of bounds");
    }
    if (now > claim.expiration()) {
      throw ActorAbort.forbidden("claim " + term.claimId() + " expired at " + claim.expiration());
    }
    return claim;
  }
}
