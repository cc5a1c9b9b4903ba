package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.SECTOR_NUMBER;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerProfile;
import io.granary.devnet.state.MinerProfile.WorkerChange;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.BeneficiaryTerm;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.DeadlineState;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.MinerPower;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.SectorCounts;
import io.granary.protocol.chain.SectorExpiration;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.MinerCodecs;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** What a node tells of miners, their sectors, deadlines and money. */
final class MinerQueries {
  /** More than the sectors of a deadline of a million; asking for all is a mistake then. */
  private static final long LISTED_MAX = 200_000;

  private final Tipsets tipsets;
  private final ChainPolicy policy;

  MinerQueries(Tipsets tipsets, ChainPolicy policy) {
    this.tipsets = tipsets;
    this.policy = policy;
  }

  void serve(MethodTable table, ChainMethods methods, ChainJson json) {
    table.serve(methods.minerInfo, args -> info(miner(args)));
    table.serve(methods.minerPower, args -> power(args.at(0), args.at(1)));
    table.serve(methods.minerProvingDeadline, args -> provingDeadline(args));
    table.serve(methods.minerDeadlines, args -> deadlines(miner(args)));
    table.serve(methods.minerPartitions, this::partitions);
    table.serve(methods.minerSectors, this::sectors);
    table.serve(methods.minerFaults, args -> miner(args).union(MinerPartition::faults));
    table.serve(methods.minerRecoveries, args -> miner(args).union(MinerPartition::recoveries));
    table.serve(methods.minerAllocated, args -> miner(args).allocated());
    table.serve(methods.minerSectorCount, args -> counts(miner(args)));
    serveSectors(table, methods, json);
    serveMoney(table, methods, json);
  }

  private void serveSectors(MethodTable table, ChainMethods methods, ChainJson json) {
    table.serve(methods.sectorGetInfo, this::sector);
    table.serve(
        methods.sectorPreCommitInfo,
        args ->
            Optional.ofNullable(
                tipsets
                    .miner(args.at(0), args.at(2))
                    .preCommits()
                    .get(args.<SectorNumber>at(1).value())));
    table.serve(methods.sectorPartition, this::location);
    table.serve(methods.sectorExpiration, this::expiration);
    table.serve(
        new RpcMethod<>(
            "StateMinerSectorAllocated",
            Permission.READ,
            List.of(json.address(), SECTOR_NUMBER, TIPSET_KEY),
            BOOL),
        args ->
            tipsets
                .miner(args.at(0), args.at(2))
                .allocated()
                .contains(args.<SectorNumber>at(1).value()));
    table.serve(
        new RpcMethod<>(
            "StateMinerActiveSectors",
            Permission.READ,
            List.of(json.address(), TIPSET_KEY),
            MinerCodecs.SECTOR.listOrNull()),
        args -> active(miner(args)));
  }

  private void serveMoney(MethodTable table, ChainMethods methods, ChainJson json) {
    table.serve(methods.minerAvailableBalance, args -> availableBalance(args));
    table.serve(
        methods.minerPreCommitDeposit,
        args -> {
          tipsets.miner(args.at(0), args.at(2));
          SectorPreCommitInfo info = args.at(1);
          long bytes = info.sealProof().sectorSize().bytes();
          return Economics.withMargin(Economics.preCommitDeposit(bytes));
        });
    table.serve(
        methods.minerInitialPledge,
        args -> {
          tipsets.at(args.at(3));
          return pledge(args.<SectorSize>at(1), args.<Long>at(2));
        });
    table.serve(
        new RpcMethod<>(
            "StateMinerInitialPledgeCollateral",
            Permission.READ,
            List.of(json.address(), MinerCodecs.PRE_COMMIT_INFO, TIPSET_KEY),
            AMOUNT),
        args -> {
          tipsets.miner(args.at(0), args.at(2));
          return pledge(args.<SectorPreCommitInfo>at(1).sealProof().sectorSize(), 0);
        });
    table.serve(
        methods.minerCreationDeposit,
        args -> {
          tipsets.at(args.at(0));
          return Economics.creationDeposit(policy);
        });
  }

  /** The miner of a request whose parameters are address and tipset key. */
  private MinerState miner(Arguments args) {
    return tipsets.miner(args.at(0), args.at(1));
  }

  private static TokenAmount pledge(SectorSize size, long verifiedBytes) {
    return Economics.withMargin(
        Economics.initialPledge(Economics.qualityPower(size.bytes(), verifiedBytes)));
  }

  private TokenAmount availableBalance(Arguments args) {
    MinerState miner = miner(args);
    TipSetKey key = args.at(1);
    TokenAmount balance =
        tipsets.at(key).before().actor(miner.id()).map(LedgerActor::balance).orElseThrow();
    return miner.funds().vestedAt(tipsets.at(key).height()).available(balance);
  }

  private static MinerInfo info(MinerState miner) {
    MinerProfile profile = miner.profile();
    return new MinerInfo(
        Address.ofId(profile.owner()),
        Address.ofId(profile.worker()),
        profile.pendingWorker().map(change -> Address.ofId(change.worker())),
        profile.controls().stream().map(Address::ofId).toList(),
        profile.pendingWorker().map(WorkerChange::epoch).map(Epoch::new).orElse(Epoch.UNSET),
        PeerIds.text(profile.peerId()),
        profile.multiaddrs(),
        profile.windowPoStProof(),
        miner.sectorSize(),
        miner.partitionSectors(),
        Epoch.UNSET,
        profile.pendingOwner().map(Address::ofId),
        Address.ofId(profile.owner()),
        BeneficiaryTerm.NONE,
        Optional.empty());
  }

  /** An unknown miner has no power; that is no error (recorded). */
  private MinerPower power(Address address, TipSetKey key) {
    ChainState state = tipsets.at(key).before();
    Optional<MinerState> miner = state.resolve(address).flatMap(state::miner);
    BigInteger own = miner.map(MinerState::power).orElse(BigInteger.ZERO);
    BigInteger quality = BigInteger.ZERO;
    for (MinerState any : state.miners()) {
      quality = quality.add(any.qualityPower());
    }
    return new MinerPower(
        own,
        miner.map(MinerState::qualityPower).orElse(BigInteger.ZERO),
        state.totalPower(),
        quality,
        own.compareTo(policy.consensusMinerMinPower()) >= 0);
  }

  private DeadlineInfo provingDeadline(Arguments args) {
    return miner(args).grid(policy).current(tipsets.at(args.at(1)).height());
  }

  private static List<DeadlineState> deadlines(MinerState miner) {
    List<DeadlineState> out = new ArrayList<>();
    for (MinerDeadline deadline : miner.deadlines()) {
      TokenAmount fee = miner.dailyFees(deadline.union(MinerPartition::live));
      out.add(new DeadlineState(deadline.posted(), deadline.disputable().size(), fee));
    }
    return out;
  }

  private List<Partition> partitions(Arguments args) {
    MinerState miner = tipsets.miner(args.at(0), args.at(2));
    long index = args.<Long>at(1);
    if (index >= policy.deadlines()) {
      throw RpcException.handler("failed to load the deadline: invalid deadline " + index);
    }
    return miner.deadlines().get((int) index).partitions().stream()
        .map(
            partition ->
                new Partition(
                    partition.all(),
                    partition.faults(),
                    partition.recoveries(),
                    partition.live(),
                    partition.active()))
        .toList();
  }

  private List<SectorOnChain> sectors(Arguments args) {
    MinerState miner = tipsets.miner(args.at(0), args.at(2));
    Optional<BitField> filter = args.at(1);
    return filter
        .map(wanted -> selected(miner, wanted))
        .orElseGet(() -> selected(miner, miner.allocated()));
  }

  private static List<SectorOnChain> active(MinerState miner) {
    return selected(miner, miner.union(MinerPartition::active));
  }

  private static List<SectorOnChain> selected(MinerState miner, BitField wanted) {
    long trusted = miner.trusted().numbers().intersect(wanted).cardinality();
    if (trusted > LISTED_MAX) {
      throw RpcException.handler(
          "at most " + LISTED_MAX + " trusted sectors are listed at once, asked for " + trusted);
    }
    return miner.sectorsIn(wanted).toList();
  }

  private static SectorCounts counts(MinerState miner) {
    Function<Function<MinerPartition, BitField>, Long> count =
        set -> miner.union(set).cardinality();
    return new SectorCounts(
        count.apply(MinerPartition::live),
        count.apply(MinerPartition::active),
        count.apply(MinerPartition::faults));
  }

  private Optional<SectorOnChain> sector(Arguments args) {
    return tipsets.miner(args.at(0), args.at(2)).sector(args.<SectorNumber>at(1).value());
  }

  private SectorLocation location(Arguments args) {
    SectorNumber number = args.at(1);
    return tipsets
        .miner(args.at(0), args.at(2))
        .locate(number.value())
        .orElseThrow(() -> RpcException.handler("sector " + number + " not due at any deadline"));
  }

  private SectorExpiration expiration(Arguments args) {
    MinerState miner = tipsets.miner(args.at(0), args.at(2));
    SectorNumber number = args.at(1);
    ProvingGrid grid = miner.grid(policy);
    return miner
        .locate(number.value())
        .flatMap(location -> expiration(miner, grid, location, number.value()))
        .orElseThrow(() -> RpcException.handler("failed to find sector " + number));
  }

  private static Optional<SectorExpiration> expiration(
      MinerState miner, ProvingGrid grid, SectorLocation location, long number) {
    MinerPartition partition =
        miner
            .deadlines()
            .get((int) location.deadline())
            .partitions()
            .get((int) location.partition());
    Optional<SectorOnChain> sector = miner.sector(number);
    if (sector.isEmpty() || !partition.live().contains(number)) {
      return Optional.empty();
    }
    OptionalLong early = partition.earlyExpiration(number);
    long onTime = grid.quantizeUp(sector.get().expiration().value(), location.deadline());
    return Optional.of(
        early.isPresent() && early.getAsLong() < onTime
            ? new SectorExpiration(Optional.empty(), Optional.of(new Epoch(early.getAsLong())))
            : new SectorExpiration(Optional.of(new Epoch(onTime)), Optional.empty()));
  }
}
