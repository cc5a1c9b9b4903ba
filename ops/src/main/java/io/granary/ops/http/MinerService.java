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
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.piece.PieceSizes;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerEntity;
import io.granary.sharding.miner.MinerReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private final HistoryReader history;
  private final MinerRoster roster;
  private final MinerCreation creation;

  public MinerService(
      ClusterSharding sharding,
      ChainGateway chain,
      HistoryReader history,
      MinerRoster roster,
      MinerCreation creation) {
    this.sharding = sharding;
    this.chain = chain;
    this.history = history;
    this.roster = roster;
    this.creation = creation;
  }

  /** Creates a miner on chain and works for it from then on. */
  public CompletionStage<JsonNode> create(SectorSize size, Optional<Address> owner) {
    return creation
        .create(size, owner)
        .thenApply(miner -> JSON.objectNode().put("miner", miner.toString()));
  }

  /** Works for a miner that exists on chain. */
  public CompletionStage<JsonNode> add(ActorId miner) {
    return chain
        .minerInfo(miner, TipSetKey.HEAD)
        .thenCompose(info -> creation.workFor(miner))
        .thenApply(added -> JSON.objectNode().put("miner", miner.toString()));
  }

  /** The miners the cluster works for. */
  public CompletionStage<JsonNode> list() {
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
  public CompletionStage<JsonNode> order(
      ActorId miner, Optional<String> file, Optional<String> orderId) {
    String id = orderId.orElseGet(() -> UUID.randomUUID().toString());
    CompletionStage<MinerReply> answer =
        file.map(MinerService::piece)
            .map(
                piece ->
                    this.<MinerReply>ask(
                        miner, replyTo -> new MinerCommand.ImportPiece(id, piece, replyTo)))
            .orElseGet(() -> ask(miner, replyTo -> new MinerCommand.PledgeSector(id, replyTo)));
    return answer.thenApply(
        reply -> {
          if (reply instanceof MinerReply.Ordered ordered) {
            return JSON.objectNode()
                .put("sector", ordered.sector().toString())
                .put("miner", miner.toString())
                .put("number", ordered.sector().number().value());
          }
          MinerReply.Rejected rejected = (MinerReply.Rejected) reply;
          throw switch (rejected.code()) {
            case BAD_PIECE -> Problem.badRequest("file: " + rejected.detail());
            case NOT_CONFIGURED, CHAIN_UNREACHABLE -> Problem.unavailable(rejected.detail());
          };
        });
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

  /** Each deadline's next window and what it has to prove, at the chain's head. */
  public CompletionStage<JsonNode> deadlines(ActorId miner) {
    return chain
        .head()
        .thenCompose(
            head ->
                chain
                    .provingDeadline(miner, head.key())
                    .thenCompose(
                        info ->
                            partitions(miner, info, head.key(), 0, new ArrayList<>())
                                .thenApply(all -> deadlines(miner, info, all))));
  }

  private CompletionStage<List<List<Partition>>> partitions(
      ActorId miner, DeadlineInfo info, TipSetKey key, long index, List<List<Partition>> into) {
    if (index == info.deadlines()) {
      return CompletableFuture.completedFuture(into);
    }
    return chain
        .partitions(miner, index, key)
        .thenCompose(
            found -> {
              into.add(found);
              return partitions(miner, info, key, index + 1, into);
            });
  }

  private static JsonNode deadlines(
      ActorId miner, DeadlineInfo info, List<List<Partition>> partitions) {
    ProvingGrid grid = ProvingGrid.of(info);
    ObjectNode answer =
        JSON.objectNode()
            .put("miner", miner.toString())
            .put("epoch", info.currentEpoch().value())
            .put("provingPeriod", info.provingPeriod());
    ArrayNode rows = answer.putArray("deadlines");
    for (int index = 0; index < partitions.size(); index++) {
      ProvingWindow window = grid.next(index, info.currentEpoch());
      List<Partition> of = partitions.get(index);
      rows.addObject()
          .put("deadline", index)
          .put("open", window.open().value())
          .put("close", window.close().value())
          .put("current", !info.currentEpoch().isBefore(window.open()))
          .put("partitions", of.size())
          .put("sectors", count(of.stream().map(Partition::liveSectors).toList()))
          .put("faulty", count(of.stream().map(Partition::faultySectors).toList()))
          .put("recovering", count(of.stream().map(Partition::recoveringSectors).toList()));
    }
    return answer;
  }

  private static long count(List<BitField> fields) {
    return fields.stream().mapToLong(BitField::cardinality).sum();
  }

  /** What a deadline did, event by event. */
  public CompletionStage<JsonNode> deadlineHistory(ActorId miner, long index) {
    ObjectNode answer = JSON.objectNode().put("miner", miner.toString()).put("deadline", index);
    ArrayNode events = answer.putArray("events");
    return history
        .<DeadlineEvent>forEach(
            DeadlineEntity.TYPE_KEY.name() + "|" + DeadlineEntity.entityId(miner, index),
            DeadlineEvent.class,
            1,
            Long.MAX_VALUE,
            entry -> events.add(event(entry)))
        .thenApply(read -> answer);
  }

  private static ObjectNode event(HistoryEntry<DeadlineEvent> entry) {
    DeadlineEvent event = entry.event();
    ObjectNode fields = (ObjectNode) RecordJson.of(event);
    fields.remove("stamp");
    ObjectNode item =
        JSON.objectNode()
            .put("sequence", entry.sequence())
            .put("time", event.stamp().time().toString())
            .put("epoch", event.epoch().value())
            .put("node", event.stamp().node())
            .put("event", event.name());
    if (event instanceof DeadlineEvent.ProvenInPeriod proven) {
      item.put("proven", true)
          .put("period", proven.periodStart().value())
          .put("partition", proven.partition())
          .put(
              "detail",
              "partition "
                  + proven.partition()
                  + ", sectors "
                  + proven.sectors()
                  + (proven.skipped().isEmpty() ? "" : ", skipped " + proven.skipped())
                  + ", landed at epoch "
                  + proven.inclusionEpoch());
    }
    item.set("fields", fields);
    return item;
  }

  private static String sizeText(SectorSize size) {
    return size.name().substring("SIZE_".length()).replace("IB", "iB");
  }

  private <R> CompletionStage<R> ask(
      ActorId miner, akka.japi.function.Function<ActorRef<R>, MinerCommand> command) {
    return sharding.entityRefFor(MinerEntity.TYPE_KEY, miner.toString()).ask(command, ASK_TIMEOUT);
  }
}
