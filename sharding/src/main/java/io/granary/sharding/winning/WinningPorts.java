package io.granary.sharding.winning;

import io.granary.protocol.port.BlockFence;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.port.WinningProver;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What block production works with.
 *
 * @param claims makes a text that no claim had before, on any node
 */
public record WinningPorts(
    ChainGateway chain,
    BlockFence fence,
    WinningProver prover,
    MinerRoster roster,
    InstantSource clock,
    Supplier<String> claims) {}
