package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.TEXT;

import io.granary.devnet.chain.Chain;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.time.Duration;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/**
 * Trouble on demand, by the number of the endpoint: 0 is the first, the extra ones follow (README).
 */
final class TroubleMethods {
  private final Chain chain;
  private final List<Trouble> endpoints;

  TroubleMethods(Chain chain, List<Trouble> endpoints) {
    this.chain = chain;
    this.endpoints = List.copyOf(endpoints);
  }

  void serve(MethodTable table) {
    table.serveExtension(
        admin("DevnetOutage", COUNT, COUNT),
        args -> {
          endpoint(args).outage(Duration.ofMillis(args.<Long>at(1)));
          return true;
        });
    table.serveExtension(
        admin("DevnetLag", COUNT, COUNT),
        args -> {
          endpoint(args).lag(args.<Long>at(1));
          return true;
        });
    table.serveExtension(admin("DevnetSlow", COUNT, TEXT, COUNT), this::slow);
    table.serveExtension(
        admin("DevnetSilence", COUNT, BOOL),
        args -> {
          endpoint(args).silent(args.<Boolean>at(1));
          return true;
        });
    table.serveExtension(
        admin("DevnetHoldBlocks", BOOL),
        args -> {
          chain.holdBlocks(args.<Boolean>at(0));
          return true;
        });
  }

  private static RpcMethod<Boolean> admin(String name, JsonCodec<?>... parameters) {
    return new RpcMethod<>(name, Permission.ADMIN, List.of(parameters), BOOL);
  }

  private Trouble endpoint(Arguments args) {
    long index = args.<Long>at(0);
    if (index >= endpoints.size()) {
      throw RpcException.handler(
          "endpoint: there are " + endpoints.size() + ", no number " + index);
    }
    return endpoints.get((int) index);
  }

  private boolean slow(Arguments args) {
    try {
      endpoint(args).slow(args.at(1), Duration.ofMillis(args.<Long>at(2)));
      return true;
    } catch (PatternSyntaxException e) {
      throw RpcException.handler("pattern: " + e.getMessage());
    }
  }
}
