package io.granary.sharding.address;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.miner.SenderAddresses;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.entity.Answers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Chooses the address of a message: the first of its purpose's list that holds enough, else the
 * richest. Holds no state; thread-safe.
 */
public final class SenderChoice implements Payers {
  private static final Set<MessagePurpose> PROVING =
      Set.of(
          MessagePurpose.WINDOW_POST,
          MessagePurpose.RECOVERY,
          MessagePurpose.FAULT,
          MessagePurpose.REPAY_DEBT);
  private static final Set<MessagePurpose> SEALING =
      Set.of(MessagePurpose.PRE_COMMIT, MessagePurpose.COMMIT, MessagePurpose.PUBLISH);

  private static final List<MessagePurpose> DECIDED =
      Stream.concat(PROVING.stream(), SEALING.stream()).sorted().toList();

  private final ChainGateway chain;
  private final AddressSettings settings;

  public SenderChoice(ChainGateway chain, AddressSettings settings) {
    this.chain = chain;
    this.settings = settings;
  }

  /** An address as the chain names it, with its key. */
  private record Keyed(Address named, Address key) {}

  /**
   * Who may send for {@code miner}, by purpose, in the order of preference; a purpose is left out
   * when it has nobody but the worker. Fails as {@link ChainGateway} does; an address without a
   * key, or whose key the wallet lacks, is left out, but for the worker's.
   */
  public CompletionStage<SenderAddresses> candidates(ActorId miner, MinerInfo info, TipSetKey at) {
    Map<MessagePurpose, List<Address>> named = settings.namedFor(miner);
    Set<Address> asked = new LinkedHashSet<>(info.controlAddresses());
    asked.add(info.worker());
    asked.add(info.owner());
    named.values().forEach(asked::addAll);
    CompletionStage<List<Keyed>> known = CompletableFuture.completedStage(List.of());
    for (Address address : asked) {
      known =
          known.thenCombine(
              keyed(address, address.equals(info.worker()), at),
              (before, found) -> {
                List<Keyed> more = new ArrayList<>(before);
                found.ifPresent(more::add);
                return more;
              });
    }
    return known.thenApply(keys -> sorted(info, named, keys));
  }

  private CompletionStage<Optional<Keyed>> keyed(Address address, boolean worker, TipSetKey at) {
    CompletionStage<Optional<Keyed>> keyed =
        chain
            .accountKey(address, at)
            .thenCompose(
                key ->
                    worker
                        ? CompletableFuture.completedStage(Optional.of(new Keyed(address, key)))
                        : chain
                            .walletHas(key)
                            .thenApply(
                                has ->
                                    has
                                        ? Optional.of(new Keyed(address, key))
                                        : Optional.<Keyed>empty()));
    return worker ? keyed : keyed.exceptionallyCompose(Answers.chainRefusalAs(Optional.empty()));
  }

  private SenderAddresses sorted(
      MinerInfo info, Map<MessagePurpose, List<Address>> named, List<Keyed> keys) {
    Map<Address, Address> keyOf = new HashMap<>();
    keys.forEach(
        each -> {
          keyOf.put(each.named(), each.key());
          keyOf.put(each.key(), each.key());
        });
    Address workerKey =
        Optional.ofNullable(keyOf.get(info.worker()))
            .orElseThrow(() -> new IllegalStateException("the worker is always among the keys"));
    Set<Address> sealingOnly = new LinkedHashSet<>();
    named.forEach(
        (purpose, addresses) -> {
          if (SEALING.contains(purpose)) {
            sealingOnly.addAll(addresses);
          }
        });
    Map<MessagePurpose, List<Address>> byPurpose = new EnumMap<>(MessagePurpose.class);
    for (MessagePurpose purpose : DECIDED) {
      Set<Address> order = new LinkedHashSet<>(named.getOrDefault(purpose, List.of()));
      if (order.isEmpty() && PROVING.contains(purpose)) {
        order.addAll(named.getOrDefault(MessagePurpose.WINDOW_POST, List.of()));
        info.controlAddresses().stream()
            .filter(address -> !sealingOnly.contains(address))
            .forEach(order::add);
      }
      order.add(info.worker());
      if (settings.ownerFallback()) {
        order.add(info.owner());
      }
      Set<Address> found = new LinkedHashSet<>();
      order.forEach(address -> Optional.ofNullable(keyOf.get(address)).ifPresent(found::add));
      if (!found.equals(Set.of(workerKey))) {
        byPurpose.put(purpose, List.copyOf(found));
      }
    }
    return new SenderAddresses(byPurpose);
  }

  /**
   * {@code candidates} with the address that pays now in front of each list. Asks for balances only
   * where there is a choice.
   */
  public CompletionStage<SenderAddresses> funded(SenderAddresses candidates, TipSetKey at) {
    Set<Address> asked = new LinkedHashSet<>();
    candidates.byPurpose().values().stream().filter(list -> list.size() > 1).forEach(asked::addAll);
    return balances(asked, at)
        .thenApply(
            balances -> {
              Map<MessagePurpose, List<Address>> chosen = new EnumMap<>(MessagePurpose.class);
              candidates
                  .byPurpose()
                  .forEach(
                      (purpose, list) ->
                          chosen.put(purpose, inFront(list, balances, TokenAmount.ZERO)));
              return new SenderAddresses(chosen);
            });
  }

  private CompletionStage<Map<Address, TokenAmount>> balances(Set<Address> asked, TipSetKey at) {
    CompletionStage<Map<Address, TokenAmount>> known =
        CompletableFuture.completedStage(new HashMap<>());
    for (Address address : asked) {
      known =
          known.thenCombine(
              balance(address, at),
              (before, balance) -> {
                Map<Address, TokenAmount> more = new HashMap<>(before);
                more.put(address, balance);
                return more;
              });
    }
    return known;
  }

  /** A key that never received anything has no actor and nothing to pay with. */
  private CompletionStage<TokenAmount> balance(Address address, TipSetKey at) {
    return chain
        .actor(address, at)
        .thenApply(actor -> actor.balance())
        .exceptionallyCompose(Answers.chainRefusalAs(TokenAmount.ZERO));
  }

  private List<Address> inFront(
      List<Address> list, Map<Address, TokenAmount> balances, TokenAmount value) {
    TokenAmount needed = value.plus(settings.enough());
    Address chosen = list.get(0);
    boolean enough = false;
    for (Address address : list) {
      TokenAmount balance = balances.getOrDefault(address, TokenAmount.ZERO);
      if (balance.compareTo(needed) >= 0) {
        chosen = address;
        enough = true;
        break;
      }
    }
    if (!enough) {
      chosen = richest(list, balances);
    }
    Set<Address> order = new LinkedHashSet<>();
    order.add(chosen);
    order.addAll(list);
    return List.copyOf(order);
  }

  private static Address richest(List<Address> list, Map<Address, TokenAmount> balances) {
    Address richest = list.get(0);
    for (Address address : list) {
      if (balances
              .getOrDefault(address, TokenAmount.ZERO)
              .compareTo(balances.getOrDefault(richest, TokenAmount.ZERO))
          > 0) {
        richest = address;
      }
    }
    return richest;
  }

  @Override
  public CompletionStage<Address> payer(
      ActorId miner, MessagePurpose purpose, TokenAmount value, TipSetKey at) {
    return chain
        .minerInfo(miner, at)
        .thenCompose(
            info ->
                candidates(miner, info, at)
                    .thenCompose(
                        candidates ->
                            candidates.of(purpose).isEmpty()
                                ? chain.accountKey(info.worker(), at)
                                : payer(candidates.of(purpose), value, at)));
  }

  private CompletionStage<Address> payer(List<Address> list, TokenAmount value, TipSetKey at) {
    return list.size() == 1
        ? CompletableFuture.completedStage(list.get(0))
        : balances(new LinkedHashSet<>(list), at)
            .thenApply(balances -> inFront(list, balances, value).get(0));
  }
}
