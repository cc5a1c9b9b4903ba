package io.granary.protocol.chain;

import io.granary.protocol.TokenAmount;

/** What the chain lets a provider put up for a deal (StateDealProviderCollateralBounds). */
public record CollateralBounds(TokenAmount min, TokenAmount max) {}
