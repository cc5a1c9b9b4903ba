package io.granary.devnet.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.FakeVerifier;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.Election;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.BlockCodecs;
import io.granary.protocol.json.JsonScalars;
import java.util.List;

/** The provider mines blocks, good and bad, once its power is in the lookback. */
final class MiningStage {
  private static final int LOOKBACK = 900;
  private static final int PROOF_BYTES = 192;

  private final Provider provider;

  MiningStage(Provider provider) {
    this.provider = provider;
  }

  /** A round that the provider won, and what it signs for it. */
  private record Won(TipSet base, long round, MiningBaseInfo info, ElectionProof election) {}

  void mine() throws Exception {
    provider.ask("MinerGetBaseInfo", provider.miner, provider.height() + 1, provider.headKey());
    provider.goTo(provider.height() + LOOKBACK + 2);
    Won won = win();
    provider.asked(
        "MinerGetBaseInfo--block-external", provider.miner, won.round(), provider.headKey());
    provider.ask("MpoolSelect--block-external", provider.headKey(), 0.9394491336548465);
    provider.ask("MpoolSelect--block-genesis", provider.headKey(), 0.9490495253079952);
    JsonNode block =
        provider.asked("MinerCreateBlock--block-external", template(won, provider.miner, true));
    provider.ask("MinerCreateBlock--block-genesis", template(won, "t01000", true));
    provider.ask("MinerCreateBlock--block-genesis-badproof", template(won, "t01000", false));
    provider.ask("SyncSubmitBlock--block-external", block);
    provider.ask("SyncSubmitBlock--dup-external", block);
    provider.blocks(1);
    Won next = win();
    JsonNode bad =
        provider.asked(
            "MinerCreateBlock--block-external-badproof", template(next, provider.miner, false));
    provider.ask("SyncSubmitBlock--block-external-badproof", bad);
    provider.ask(
        "SyncSubmitBlock--slash-filter-second-block-same-height",
        provider.result("MinerCreateBlock", template(next, provider.miner, true)));
    provider.blocks(1);
  }

  private Won win() throws Exception {
    for (int i = 0; i < 100; i++) {
      TipSet base = provider.devnet.head();
      long round = base.height().value() + 1;
      MiningBaseInfo info =
          Provider.JSON
              .mining()
              .baseInfo()
              .decode(
                  provider.result(
                      "MinerGetBaseInfo", provider.miner, round, Provider.key(base.key())));
      Bytes vrf =
          vrf(info, RandomnessTag.ELECTION_PROOF_PRODUCTION, round, entropy(provider.miner));
      int wins = Election.winCount(vrf, info.minerPower(), info.networkPower());
      if (info.eligible() && wins > 0) {
        return new Won(base, round, info, new ElectionProof(wins, vrf));
      }
      provider.blocks(1);
    }
    throw new AssertionError("won none of 100 rounds");
  }

  private JsonNode template(Won won, String miner, boolean good) throws Exception {
    Bytes baseTicket = won.base().blocks().get(0).ticketVrfProof().orElseThrow();
    Bytes proof = good ? FakeVerifier.good(PROOF_BYTES) : FakeVerifier.bad(PROOF_BYTES);
    return Provider.JSON
        .mining()
        .template()
        .write(
            new BlockTemplate(
                id(miner),
                won.base().key(),
                vrf(
                    won.info(),
                    RandomnessTag.TICKET_PRODUCTION,
                    won.round() - 1,
                    Bytes.concat(entropy(miner), baseTicket)),
                won.election(),
                won.info().beaconEntries(),
                List.of(),
                new Epoch(won.round()),
                won.base().blocks().get(0).timestamp()
                    + blockDelay() * (won.round() - won.base().height().value()),
                List.of(new PoStProof(won.info().sectorSize().winningPoSt(), proof))));
  }

  private long blockDelay() throws Exception {
    return provider.result("Version").get("BlockDelay").asLong();
  }

  private static ActorId id(String miner) {
    return Address.parse(miner).requireId();
  }

  private static Bytes entropy(String miner) {
    return Randomness.minerEntropy(id(miner));
  }

  private Bytes vrf(MiningBaseInfo info, RandomnessTag tag, long epoch, Bytes entropy)
      throws Exception {
    Bytes draw = Randomness.draw(tag, info.drawingEntry().data(), new Epoch(epoch), entropy);
    JsonNode signature =
        provider.result("WalletSign", info.workerKey().toText('t'), JsonScalars.BYTES.write(draw));
    return BlockCodecs.SIGNATURE.decode(signature).data();
  }
}
