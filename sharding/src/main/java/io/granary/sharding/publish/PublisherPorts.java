package io.granary.sharding.publish;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Messages;
import io.granary.sharding.address.Payers;
import java.time.InstantSource;

/**
 * Everything outside a publisher.
 *
 * @param payers which address a batch goes from
 * @param deals where payments are told
 * @param node the name of this node, for the stamps of events
 */
public record PublisherPorts(
    ChainGateway chain,
    Messages messages,
    Payers payers,
    PaidDeals deals,
    InstantSource clock,
    String node) {}
