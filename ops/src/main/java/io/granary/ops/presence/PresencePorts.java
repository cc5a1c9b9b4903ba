package io.granary.ops.presence;

import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Messages;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What being found works with.
 *
 * @param miner who is to be found
 * @param payer the key address that a message of the miner goes from now
 * @param memory where this node keeps, over restarts, for how long addresses have been absent
 */
public record PresencePorts(
    ActorId miner,
    ChainGateway chain,
    Supplier<CompletionStage<Address>> payer,
    Messages messages,
    Path memory,
    InstantSource clock) {}
