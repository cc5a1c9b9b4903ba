package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.state.Allocation;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.Claim;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.RegistryState;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a node tells of DataCap, allocations and claims. */
final class RegistryMethods {
  private final Tipsets tipsets;
  private final ChainJson json;

  RegistryMethods(Tipsets tipsets, ChainJson json) {
    this.tipsets = tipsets;
    this.json = json;
  }

  void serve(MethodTable table) {
    JsonCodec<Address> address = json.address();
    serve(
        table,
        "StateVerifiedRegistryRootKey",
        List.of(TIPSET_KEY),
        args -> address.write(Address.ofId(registry(args.at(0)).root())));
    serve(
        table,
        "StateVerifiedClientStatus",
        List.of(address, TIPSET_KEY),
        args ->
            bytes(
                Optional.of(registry(args.at(1)).dataCapOf(id(args.at(0), args.at(1))))
                    .filter(held -> held.signum() > 0)));
    serve(
        table,
        "StateVerifierStatus",
        List.of(address, TIPSET_KEY),
        args -> bytes(registry(args.at(1)).allowance(id(args.at(0), args.at(1)))));
    serveAllocations(table, address);
    serveClaims(table, address);
  }

  private void serveAllocations(MethodTable table, JsonCodec<Address> address) {
    serve(
        table,
        "StateGetAllocation",
        List.of(address, COUNT, TIPSET_KEY),
        args -> {
          ActorId client = id(args.at(0), args.at(2));
          return orNull(
              registry(args.at(2))
                  .allocation(client, args.<Long>at(1))
                  .map(RegistryMethods::allocation));
        });
    serve(
        table,
        "StateGetAllocations",
        List.of(address, TIPSET_KEY),
        args -> {
          ActorId client = id(args.at(0), args.at(1));
          return allocations(registry(args.at(1)), it -> it.client().equals(client));
        });
    serve(
        table,
        "StateGetAllAllocations",
        List.of(TIPSET_KEY),
        args -> allocations(registry(args.at(0)), it -> true));
    serve(
        table,
        "StateGetAllocationIdForPendingDeal",
        List.of(COUNT, TIPSET_KEY),
        args -> JsonNodeFactory.instance.numberNode(ofDeal(args.<Long>at(0), args.at(1))));
    serve(
        table,
        "StateGetAllocationForPendingDeal",
        List.of(COUNT, TIPSET_KEY),
        args -> {
          long id = ofDeal(args.<Long>at(0), args.at(1));
          return orNull(
              Optional.ofNullable(registry(args.at(1)).allocations().get(id))
                  .map(RegistryMethods::allocation));
        });
  }

  private void serveClaims(MethodTable table, JsonCodec<Address> address) {
    serve(
        table,
        "StateGetClaim",
        List.of(address, COUNT, TIPSET_KEY),
        args -> {
          ActorId provider = id(args.at(0), args.at(2));
          return orNull(
              registry(args.at(2)).claim(provider, args.<Long>at(1)).map(RegistryMethods::claim));
        });
    serve(
        table,
        "StateGetClaims",
        List.of(address, TIPSET_KEY),
        args -> {
          ActorId provider = id(args.at(0), args.at(1));
          return claims(registry(args.at(1)), it -> it.provider().equals(provider));
        });
    serve(
        table,
        "StateGetAllClaims",
        List.of(TIPSET_KEY),
        args -> claims(registry(args.at(0)), it -> true));
  }

  private static void serve(
      MethodTable table,
      String name,
      List<JsonCodec<?>> parameters,
      Function<Arguments, JsonNode> handler) {
    table.serve(new RpcMethod<>(name, Permission.READ, parameters, RAW), handler);
  }

  private RegistryState registry(TipSetKey key) {
    return tipsets.at(key).before().registry();
  }

  private ActorId id(Address address, TipSetKey key) {
    return tipsets
        .actor(address, key)
        .map(LedgerActor::id)
        .orElseThrow(() -> RpcException.handler("actor not found"));
  }

  /** The allocation that a deal waits for; 0 when there is none, or it has been claimed. */
  private long ofDeal(long deal, TipSetKey key) {
    ChainState state = tipsets.at(key).before();
    long id = state.market().deal(deal).map(StorageDeal::allocation).orElse(0L);
    return state.registry().allocations().containsKey(id) ? id : 0;
  }

  private static JsonNode bytes(Optional<BigInteger> bytes) {
    return orNull(bytes.map(held -> JsonNodeFactory.instance.textNode(held.toString())));
  }

  private static JsonNode orNull(Optional<? extends JsonNode> node) {
    return node.isPresent() ? node.get() : JsonNodeFactory.instance.nullNode();
  }

  private static JsonNode allocations(RegistryState registry, Predicate<Allocation> wanted) {
    return listing(registry.allocations(), wanted, RegistryMethods::allocation);
  }

  private static JsonNode claims(RegistryState registry, Predicate<Claim> wanted) {
    return listing(registry.claims(), wanted, RegistryMethods::claim);
  }

  /** Those that are wanted, by their ids. */
  private static <T> JsonNode listing(
      Map<Long, T> all, Predicate<T> wanted, Function<T, ObjectNode> form) {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    all.forEach(
        (id, each) -> {
          if (wanted.test(each)) {
            out.set(Long.toString(id), form.apply(each));
          }
        });
    return out;
  }

  private static ObjectNode allocation(Allocation allocation) {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    out.put("Client", allocation.client().value()).put("Provider", allocation.provider().value());
    out.set("Data", CID.write(allocation.data()));
    out.put("Size", allocation.size()).put("TermMin", allocation.termMin());
    return out.put("TermMax", allocation.termMax()).put("Expiration", allocation.expiration());
  }

  private static ObjectNode claim(Claim claim) {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    out.put("Provider", claim.provider().value()).put("Client", claim.client().value());
    out.set("Data", CID.write(claim.data()));
    out.put("Size", claim.size()).put("TermMin", claim.termMin()).put("TermMax", claim.termMax());
    return out.put("TermStart", claim.termStart()).put("Sector", claim.sector().value());
  }
}
