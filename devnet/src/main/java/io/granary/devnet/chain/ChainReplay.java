package io.granary.devnet.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what a log holds, and makes sure that it is the log of this chain. */
final class ChainReplay implements ChainLog.Replay {
  /** What happened to the chain, in order. */
  sealed interface Step {}

  /**
   * A block with its messages in the order of execution.
   *
   * @param alone whether it alone became the head
   */
  record Block(BlockHeader header, List<SignedMessage> messages, boolean alone) implements Step {}

  /** Blocks that together became the head. */
  record Tip(List<Cid> blocks) implements Step {}

  private final ChainConfig config;
  private GenesisSpec spec;
  private boolean isNew = true;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Cid, SignedMessage> messages = new LinkedHashMap<>();
  private final Map<Bytes, Boolean> verdicts = new LinkedHashMap<>();

  ChainReplay(ChainConfig config, GenesisSpec spec) {
    this.config = config;
    this.spec = spec;
  }

  @Override
  public void genesis(Bytes text) {
    String found = new String(text.toArray(), StandardCharsets.UTF_8);
    int lineEnd = found.indexOf('\n');
    spec = withTimestamp(Long.parseLong(found.substring(0, lineEnd)));
    isNew = false;
    String[] theirs = found.split("\n", -1);
    String[] ours = new String(fingerprint().toArray(), StandardCharsets.UTF_8).split("\n", -1);
    for (int i = 0; i < Math.max(theirs.length, ours.length); i++) {
      String their = i < theirs.length ? theirs[i] : "nothing";
      String our = i < ours.length ? ours[i] : "nothing";
      if (!their.equals(our)) {
        throw new DevnetException(
            "chain log "
                + config.logFile()
                + " was made with other settings: it has "
                + their
                + ", now it would be "
                + our);
      }
    }
  }

  @Override
  public void block(BlockHeader header, List<SignedMessage> blockMessages, boolean alone) {
    requireGenesis();
    steps.add(new Block(header, blockMessages, alone));
  }

  @Override
  public void tipSet(List<Cid> blocks) {
    requireGenesis();
    steps.add(new Tip(blocks));
  }

  @Override
  public void message(SignedMessage signed) {
    requireGenesis();
    messages.remove(signed.cid());
    messages.put(signed.cid(), signed);
  }

  @Override
  public void verdict(Bytes question, boolean verdict) {
    requireGenesis();
    verdicts.put(question, verdict);
  }

  @Override
  public void dropped(Cid message) {
    requireGenesis();
    messages.remove(message);
  }

  private void requireGenesis() {
    if (isNew) {
      throw new DevnetException(
          "chain log " + config.logFile() + ": does not begin with a genesis record");
    }
  }

  boolean isNew() {
    return isNew;
  }

  GenesisSpec spec() {
    return spec;
  }

  List<Step> steps() {
    return steps;
  }

  /** Messages that entered the pool, newest first so that a replacement wins its nonce. */
  List<SignedMessage> messages() {
    Collection<SignedMessage> oldestFirst = messages.values();
    List<SignedMessage> newestFirst = new ArrayList<>(oldestFirst);
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  Map<Bytes, Boolean> verdicts() {
    return verdicts;
  }

  /** Everything that states depend on, one thing a line, the time stamp first. */
  Bytes fingerprint() {
    String text =
        spec.timestamp()
            + "\nnetwork "
            + spec.networkName()
            + "\nseed "
            + spec.seed()
            + "\naccounts "
            + spec.accounts()
            + "\nproducer "
            + spec.producer()
            + " with "
            + spec.producerBalance()
            + "\nsectors of "
            + spec.sectorSize()
            + ": "
            + spec.sectors()
            + ", trusted "
            + spec.trusted()
            + "\nbase fee "
            + config.baseFee()
            + "\nactors with market and verified registry"
            + "\nblock rewards "
            + config.blockRewards()
            + "\nverify all posts "
            + config.verifyAllPosts()
            + "\n"
            + config.policy();
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private GenesisSpec withTimestamp(long timestamp) {
    return new GenesisSpec(
        spec.networkName(),
        timestamp,
        spec.seed(),
        spec.accounts(),
        spec.producer(),
        spec.producerBalance(),
        spec.sectorSize(),
        spec.sectors(),
        spec.trusted());
  }
}
