package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What chain and provider know when a proposal comes in.
 *
 * @param head height of the chain's head
 * @param client who signs for the client
 * @param clientNames the client's other addresses, as far as the chain knows them
 * @param sectorBytes of the provider's sectors, padded: no larger piece can be sealed
 * @param collateralMin the chain's minimum for the provider's collateral, for this size and kind
 * @param clientEscrow what the client has free in the market's escrow, less what its accepted and
 *     unpublished deals will take
 * @param dataCapBytes the client's DataCap, less the same; empty when it has none
 * @param providerCanPay whether the provider's escrow, with what would be added to it, covers the
 *     deal
 * @param stagingFreeBytes room for files of accepted deals
 * @param sameProposal a deal with the very same signed proposal
 * @param sameId a deal with the same UUID
 */
public record DealFacts(
    Epoch head,
    ClientKey client,
    Set<Address> clientNames,
    long sectorBytes,
    TokenAmount collateralMin,
    TokenAmount clientEscrow,
    Optional<BigInteger> dataCapBytes,
    boolean providerCanPay,
    long stagingFreeBytes,
    Optional<Earlier> sameProposal,
    Optional<Earlier> sameId) {
  public DealFacts {
    clientNames = Set.copyOf(clientNames);
  }

  /** Every address of the client that {@code client} names, as far as it is known. */
  public Set<Address> namesOf(Address client) {
    Set<Address> names = new HashSet<>(clientNames);
    names.add(client);
    if (this.client instanceof ClientKey.Key key) {
      names.add(key.address());
    }
    return names;
  }

  /** Who has to have signed. */
  public sealed interface ClientKey {
    /** The key address of the client (StateAccountKey). */
    record Key(Address address) implements ClientKey {}

    /**
     * The client is an actor without a key: the chain was asked whether it authenticates the
     * signature (method AuthenticateMessage, 2643134072).
     */
    record Actor(boolean authenticated) implements ClientKey {}
  }

  /**
   * A deal that was there before.
   *
   * @param proposed when, as clients are to read it
   */
  public record Earlier(DealId id, String proposed) {}
}
