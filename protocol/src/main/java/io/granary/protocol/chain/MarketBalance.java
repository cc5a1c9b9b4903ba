package io.granary.protocol.chain;

import io.granary.protocol.TokenAmount;

/** An address's money in the storage market, {@code locked} being part of {@code escrow}. */
public record MarketBalance(TokenAmount escrow, TokenAmount locked) {}
