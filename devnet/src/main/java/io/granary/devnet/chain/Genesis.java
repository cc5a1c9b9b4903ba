package io.granary.devnet.chain;

import io.granary.devnet.actor.GenesisSectors;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Epoch 0: the singletons, the accounts, the genesis miner with its sectors, and the block. */
final class Genesis {
  /** Accounts are numbered from here, miners and later actors from {@link #FIRST_MINER}. */
  private static final long FIRST_ACCOUNT = 100;

  /** What the reward actor pays out of (lotus build/buildconstants, FilAllocStorageMining). */
  private static final TokenAmount UNMINED = TokenAmount.ofFil(1_100_000_000L);

  static final ActorId FIRST_MINER = new ActorId(1000);

  private Genesis() {}

  static ExecutedTipSet build(GenesisSpec spec, ChainPolicy policy, TokenAmount baseFee) {
    ChainState state = state(spec, policy);
    Bytes seed = Bytes.of(spec.seed().getBytes(StandardCharsets.UTF_8));
    BlockHeader header =
        new BlockHeader(
            Address.ofId(0),
            Optional.of(Blake2b.hash256(seed)),
            Optional.of(new ElectionProof(0, Bytes.empty())),
            List.of(new BeaconEntry(0, Bytes.of(new byte[32]))),
            List.of(),
            List.of(Cid.dagCborBlake2b(seed)),
            BigInteger.ZERO,
            new Epoch(0),
            state.root(),
            Messages.root(Messages.receipts(List.of())),
            Messages.root(Messages.meta(List.of())),
            Optional.empty(),
            spec.timestamp(),
            Optional.empty(),
            0,
            baseFee);
    TipSet tipSet =
        new TipSet(new TipSetKey(List.of(header.cid())), List.of(header), header.height());
    return new ExecutedTipSet(tipSet, null, state, state, List.of(), List.of());
  }

  private static ChainState state(GenesisSpec spec, ChainPolicy policy) {
    StateDraft draft = StateDraft.empty(FIRST_MINER.value());
    singleton(draft, 0, ActorKind.SYSTEM);
    singleton(draft, 1, ActorKind.INIT);
    draft.put(new LedgerActor(new ActorId(2), ActorKind.REWARD, Optional.empty(), 0, UNMINED));
    singleton(draft, 3, ActorKind.CRON);
    singleton(draft, 4, ActorKind.POWER);
    singleton(draft, 5, ActorKind.MARKET);
    singleton(draft, 6, ActorKind.VERIFIED_REGISTRY);
    singleton(draft, 7, ActorKind.DATACAP);
    singleton(draft, 99, ActorKind.ACCOUNT);
    long next = FIRST_ACCOUNT;
    ActorId producer = new ActorId(next);
    for (GenesisSpec.Account account : spec.accounts()) {
      ActorId id = new ActorId(next);
      next++;
      draft.put(
          new LedgerActor(
              id, ActorKind.ACCOUNT, Optional.of(account.address()), 0, account.balance()));
      if (account.address().equals(spec.producer())) {
        producer = id;
      }
    }
    draft.put(draft.registry().withRoot(producer));
    ActorId miner = draft.create(ActorKind.MINER, Optional.of(Address.ofActor(minerSeed())));
    if (!miner.equals(FIRST_MINER)) {
      throw new IllegalStateException("the genesis miner became " + miner);
    }
    GenesisSectors.put(
        draft,
        miner,
        producer,
        spec.sectorSize(),
        sectors(spec),
        new GenesisSectors.Believed(spec.trusted().count(), spec.trusted().perPartition()),
        policy);
    draft.credit(miner, spec.producerBalance());
    return draft.freeze();
  }

  private static List<GenesisSectors.Sealed> sectors(GenesisSpec spec) {
    return spec.sectors().stream()
        .map(s -> new GenesisSectors.Sealed(s.number(), s.sealProof(), s.commR(), s.deadline()))
        .toList();
  }

  private static Bytes minerSeed() {
    return Bytes.of("genesis miner".getBytes(StandardCharsets.UTF_8));
  }

  private static void singleton(StateDraft draft, long id, ActorKind kind) {
    draft.put(new LedgerActor(new ActorId(id), kind, Optional.empty(), 0, TokenAmount.ZERO));
  }
}
