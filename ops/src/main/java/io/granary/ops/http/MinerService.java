package io.granary.ops.http;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceSizes;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerEntity;
import io.granary.sharding.miner.MinerReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the miner routes answer with. */
public final class MinerService {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterSharding sharding;
  private final ChainGateway chain;
  private final MinerRoster roster;
  private final MinerCreation creation;
  private final LongWorks landings = new LongWorks(LongWorks.PATIENCE);

  public MinerService(
      ClusterSharding sharding, ChainGateway chain, MinerRoster roster, MinerCreation creation) {
    this.sharding = sharding;
    this.chain = chain;
    this.roster = roster;
    this.creation = creation;
  }

  /**
   * Pushes a CreateMiner message and answers with its CID at once, so that whoever asked can ask
   * for the miner again, whatever happens to the two of them meanwhile; see {@link #created}.
   *
   * @param owner default: the wallet's default address
   */
  CompletionStage<Answer> create(SectorSize size, Optional<Address> owner) {
    return creation
        .push(size, owner)
        .thenApply(message -> Answer.accepted(waitsFor(message), repeat(message)));
  }

  private static String waitsFor(Cid message) {
    return "CreateMiner message " + message + " to land";
  }

  private static ObjectNode repeat(Cid message) {
    return JSON.objectNode().put("message", message.toString());
  }

  /**
   * Waits a while for the CreateMiner {@code message} of before, and works for its miner from then
   * on. So a miner is not lost when its node stops between the message and its landing.
   */
  CompletionStage<Answer> created(Cid message) {
    return creation
        .requireCreateMiner(message)
        .thenCompose(
            known ->
                landings.await(
                    message.toString(),
                    waitsFor(message),
                    repeat(message),
                    () ->
                        creation
                            .landed(message)
                            .thenApply(miner -> repeat(message).put("miner", miner.toString()))));
  }

  /** Works for a miner that exists on chain and whose messages the chain node's wallet can sign. */
  CompletionStage<JsonNode> add(ActorId miner) {
    return chain
        .minerInfo(miner, TipSetKey.HEAD)
        .thenCompose(info -> chain.accountKey(info.worker(), TipSetKey.HEAD))
        .thenCompose(
            worker ->
                chain
                    .walletHas(worker)
                    .thenCompose(
                        has -> {
                          if (!has) {
                            throw Problem.conflict(
                                "the chain node's wallet lacks "
                                    + worker
                                    + ", the worker of "
                                    + miner);
                          }
                          return creation.workFor(miner);
                        }))
        .thenApply(added -> JSON.objectNode().put("miner", miner.toString()));
  }

  /** The addresses that the messages of those miners go from, with what is open. */
  CompletionStage<JsonNode> senders() {
    return new SenderService(sharding, roster).list();
  }

  /** The miners the cluster works for. */
  CompletionStage<JsonNode> list() {
    return roster
        .all()
        .thenCompose(
            miners -> {
              List<CompletableFuture<ObjectNode>> asked =
                  miners.stream().map(miner -> describe(miner).toCompletableFuture()).toList();
              return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                  .thenApply(
                      done -> {
                        ObjectNode answer = JSON.objectNode();
                        ArrayNode rows = answer.putArray("miners");
                        asked.forEach(row -> rows.add(row.join()));
                        return answer;
                      });
            });
  }

  private CompletionStage<ObjectNode> describe(ActorId miner) {
    return this.<MinerReply>ask(miner, MinerCommand.Describe::new)
        .thenApply(
            reply -> {
              ObjectNode row = JSON.objectNode().put("miner", miner.toString());
              if (reply instanceof MinerReply.Overview overview) {
                overview
                    .config()
                    .ifPresent(
                        config ->
                            row.put("sectorSize", sizeText(config.sectorSize()))
                                .put("owner", config.owner().toString())
                                .put("worker", config.workerKey().toString()));
                row.put("sectorsInMotion", overview.inMotion().size());
                row.put("sectorsOrdered", overview.ordered().size());
                row.put("sectorsOpen", overview.open().size());
              }
              return row;
            });
  }

  /**
   * Starts a sector.
   *
   * @param file to store in it; without one it is committed capacity
   * @param orderId asking twice with one id gives one sector
   */
  CompletionStage<JsonNode> order(ActorId miner, Optional<String> file, Optional<String> orderId) {
    String id = orderId.orElseGet(() -> UUID.randomUUID().toString());
    Optional<PieceSource> piece = file.map(MinerService::piece);
    return requireOurs(miner)
        .thenCompose(
            ours ->
                this.<MinerReply>ask(
                    miner,
                    replyTo ->
                        piece.isPresent()
                            ? new MinerCommand.ImportPiece(id, piece.get(), replyTo)
                            : new MinerCommand.PledgeSector(id, replyTo)))
        .thenApply(MinerService::ordered);
  }

  /** A miner off the roster hears of no heads: its sectors would stand still for ever. */
  private CompletionStage<Void> requireOurs(ActorId miner) {
    return roster
        .all()
        .thenAccept(
            ours -> {
              if (!ours.contains(miner)) {
                throw Problem.notFound(
                    "miner: the node does not work for " + miner + "; it works for " + ours);
              }
            });
  }

  private static JsonNode ordered(MinerReply reply) {
    if (reply instanceof MinerReply.Ordered ordered) {
      return SectorJson.named(ordered.sector());
    }
    MinerReply.Rejected rejected = (MinerReply.Rejected) reply;
    throw switch (rejected.code()) {
      case BAD_PIECE -> Problem.badRequest("file: " + rejected.detail());
      case NOT_CONFIGURED, CHAIN_UNREACHABLE -> Problem.unavailable(rejected.detail());
    };
  }

  private static PieceSource piece(String file) {
    Path path;
    long bytes;
    try {
      path = Path.of(file);
      if (!path.isAbsolute()) {
        throw Problem.badRequest("file: expected an absolute path, got " + file);
      }
      if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
        throw Problem.badRequest("file: " + file + " is no readable file on this node's machine");
      }
      bytes = Files.size(path);
    } catch (IOException | InvalidPathException e) {
      throw Problem.badRequest("file: " + file + " cannot be read: " + e.getMessage());
    }
    if (bytes == 0) {
      throw Problem.badRequest("file: " + file + " is empty");
    }
    return new PieceSource(path.toString(), bytes, PieceSizes.paddedFor(bytes));
  }

  private static String sizeText(SectorSize size) {
    return size.name().substring("SIZE_".length()).replace("IB", "iB");
  }

  private <R> CompletionStage<R> ask(
      ActorId miner, akka.japi.function.Function<ActorRef<R>, MinerCommand> command) {
    return sharding.entityRefFor(MinerEntity.TYPE_KEY, miner.toString()).ask(command, ASK_TIMEOUT);
  }
}
