package io.granary.devnet.conformance;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;

/** The terms of a deal while a test changes one of them. */
final class DealTerms {
  static final long DURATION = 518_400;

  Cid piece;
  long bytes = 1024;
  boolean verified;
  String client;
  String provider;
  DealLabel label = new DealLabel.Text("deal label");
  long start;
  long end;
  TokenAmount price = TokenAmount.ofAtto(7);
  TokenAmount providerCollateral = TokenAmount.ofAtto(1_000_000_000_000_000L);
  TokenAmount clientCollateral = TokenAmount.ofAtto(1_000_000_000_000_000L);

  DealTerms(Cid piece, String client, String provider, long start) {
    this.piece = piece;
    this.client = client;
    this.provider = provider;
    this.start = start;
    this.end = start + DURATION;
  }

  DealProposal proposal() {
    return new DealProposal(
        piece,
        bytes,
        verified,
        Address.parse(client),
        Address.parse(provider),
        label,
        new Epoch(start),
        new Epoch(end),
        price,
        providerCollateral,
        clientCollateral);
  }
}
