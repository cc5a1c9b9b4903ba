package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.BYTES;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.BlockEntry;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.chain.ForkRandomness;
import io.granary.devnet.chain.Messages;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.MessageCodecs;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** Tipsets, blocks, messages, receipts, randomness. */
final class ChainReadMethods {
  /** How far ahead StateGetBeaconEntry waits at most. */
  private static final long BEACON_WAIT_EPOCHS_MAX = 100_000;

  private static final int BEACON_WAITS_MAX = 10_000;

  private final Chain chain;
  private final Tipsets tipsets;
  private final ChainJson json;
  private final AtomicInteger beaconWaits = new AtomicInteger();

  ChainReadMethods(Chain chain, Tipsets tipsets, ChainJson json) {
    this.chain = chain;
    this.tipsets = tipsets;
    this.json = json;
  }

  void serve(MethodTable table, ChainMethods methods) {
    table.serve(methods.chainHead, args -> tipsets.head().tipSet());
    table.serve(methods.chainGetGenesis, args -> chain.genesis().tipSet());
    table.serve(methods.chainGetTipSet, args -> tipsets.named(args.at(0)).tipSet());
    table.serve(methods.chainGetTipSetByHeight, args -> byHeight(args.at(0), args.at(1), false));
    table.serve(methods.chainGetTipSetAfterHeight, args -> byHeight(args.at(0), args.at(1), true));
    table.serve(
        methods.chainGetPath,
        args -> Tipsets.path(tipsets.named(args.at(0)), tipsets.named(args.at(1))));
    table.serve(
        methods.chainGetMessage,
        args ->
            chain.findMessage(args.at(0)).orElseThrow(() -> notFound("", args.at(0))).message());
    table.serve(methods.randomnessFromTickets, this::fromTickets);
    table.serve(methods.randomnessFromBeacon, this::fromBeacon);
    table.serveLater(methods.beaconEntry, args -> beaconEntry(args.<Epoch>at(0).value()));
    serveDigests(table);
    serveBlocks(table);
  }

  private void serveDigests(MethodTable table) {
    table.serve(
        new RpcMethod<>(
            "StateGetRandomnessDigestFromTickets",
            Permission.READ,
            List.of(EPOCH, TIPSET_KEY),
            BYTES),
        args -> randomness(tipsets.named(args.at(1))).ticketDigest(args.<Epoch>at(0).value()));
    table.serve(
        new RpcMethod<>(
            "StateGetRandomnessDigestFromBeacon",
            Permission.READ,
            List.of(EPOCH, TIPSET_KEY),
            BYTES),
        args -> randomness(tipsets.at(args.at(1))).beaconDigest(args.<Epoch>at(0).value()));
  }

  private void serveBlocks(MethodTable table) {
    table.serve(
        new RpcMethod<>("ChainGetBlock", Permission.READ, List.of(CID), json.blocks().header()),
        args -> block(args.at(0)).header());
    table.serve(
        new RpcMethod<>("ChainGetBlockMessages", Permission.READ, List.of(CID), RAW),
        args -> blockMessages(block(args.at(0))));
    table.serve(
        new RpcMethod<>("ChainGetParentMessages", Permission.READ, List.of(CID), RAW),
        args -> parentMessages(block(args.at(0))));
    table.serve(
        new RpcMethod<>(
            "ChainGetParentReceipts",
            Permission.READ,
            List.of(CID),
            MessageCodecs.RECEIPT.listOrNull()),
        args -> below(block(args.at(0))).map(ExecutedTipSet::receipts).orElse(List.of()));
    table.serve(
        new RpcMethod<>("ChainReadObj", Permission.READ, List.of(CID), BYTES),
        args -> object(args.at(0)));
  }

  private TipSet byHeight(Epoch height, TipSetKey key, boolean later) {
    ExecutedTipSet from = tipsets.at(key);
    if (height.value() > from.height()) {
      throw RpcException.handler(
          "looking for tipset with height greater than start point, req: "
              + height
              + ", head: "
              + from.height());
    }
    if (height.value() < 0) {
      throw RpcException.handler("negative height " + height);
    }
    return (later ? from.atOrAbove(height.value()) : from.atOrBelow(height.value())).tipSet();
  }

  private ForkRandomness randomness(ExecutedTipSet base) {
    return new ForkRandomness(base, chain.beacon());
  }

  private Bytes fromTickets(Arguments args) {
    ExecutedTipSet base = tipsets.named(args.at(3));
    requirePast(base, args.at(1), "chain");
    return randomness(base)
        .fromTickets(args.<RandomnessTag>at(0), args.<Epoch>at(1).value(), args.at(2));
  }

  private Bytes fromBeacon(Arguments args) {
    ExecutedTipSet base = tipsets.at(args.at(3));
    requirePast(base, args.at(1), "beacon");
    return randomness(base)
        .fromBeacon(args.<RandomnessTag>at(0), args.<Epoch>at(1).value(), args.at(2));
  }

  private static void requirePast(ExecutedTipSet base, Epoch epoch, String kind) {
    if (epoch.value() > base.height()) {
      throw RpcException.handler(
          "getting " + kind + " randomness: cannot draw randomness from the future");
    }
  }

  /** Waits for a future epoch, as a node does: an epoch's entry is there while it is mined. */
  private CompletionStage<BeaconEntry> beaconEntry(long epoch) {
    if (epoch > chain.head().height() + BEACON_WAIT_EPOCHS_MAX) {
      throw RpcException.handler("beacon entry: epoch " + epoch + " is too far ahead");
    }
    if (beaconWaits.incrementAndGet() > BEACON_WAITS_MAX) {
      beaconWaits.decrementAndGet();
      throw RpcException.handler("too many beacon entries are waited for");
    }
    CompletableFuture<BeaconEntry> entry = new CompletableFuture<>();
    LongConsumer waiter =
        round -> {
          if (round >= epoch) {
            entry.complete(chain.beacon().at(epoch));
          }
        };
    waiter.accept(chain.subscribeRounds(waiter));
    CompletableFuture<BeaconEntry> unused =
        entry.whenComplete(
            (result, failure) -> {
              chain.unsubscribeRounds(waiter);
              beaconWaits.decrementAndGet();
            });
    return entry;
  }

  private BlockEntry block(Cid cid) {
    return chain.findBlock(cid).orElseThrow(() -> notFound("", cid));
  }

  static RpcException notFound(String context, Cid cid) {
    return RpcException.handler(context + "ipld: could not find " + cid);
  }

  private static Optional<ExecutedTipSet> below(BlockEntry block) {
    return Optional.ofNullable(block.base());
  }

  private JsonNode blockMessages(BlockEntry block) {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    ArrayNode bls = out.putArray("BlsMessages");
    ArrayNode secp = out.putArray("SecpkMessages");
    ArrayNode cids = out.putArray("Cids");
    for (SignedMessage signed : block.messages()) {
      if (Messages.isBls(signed)) {
        bls.add(json.messages().answer().write(signed.message()));
      } else {
        secp.add(json.messages().signedAnswer().write(signed));
      }
      cids.add(CID.write(signed.cid()));
    }
    return out;
  }

  private JsonNode parentMessages(BlockEntry block) {
    ArrayNode out = RpcServer.JSON.createArrayNode();
    for (SignedMessage signed : below(block).map(ExecutedTipSet::messages).orElse(List.of())) {
      ObjectNode entry = out.addObject();
      entry.set("Cid", CID.write(signed.cid()));
      entry.set("Message", json.messages().answer().write(signed.message()));
    }
    return out;
  }

  /** Blocks and messages can be read as objects; state cannot, it has no objects of its own. */
  private Bytes object(Cid cid) {
    return chain
        .findBlock(cid)
        .map(block -> block.header().toCbor())
        .or(
            () ->
                chain
                    .findMessage(cid)
                    .map(
                        signed ->
                            cid.equals(signed.message().cid())
                                ? signed.message().toCbor()
                                : signed.toCbor()))
        .orElseThrow(() -> notFound("blockstore get: ", cid));
  }
}
