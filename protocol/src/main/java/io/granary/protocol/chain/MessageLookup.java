package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.cid.Cid;

/**
 * Where a message's receipt stands.
 *
 * @param message the CID on chain; differs from the one asked for when it was replaced
 * @param tipSet the child tipset that carries the receipt
 * @param height its height: inclusion is one tipset earlier
 */
public record MessageLookup(Cid message, Receipt receipt, TipSetKey tipSet, Epoch height) {}
