/**
 * The client of the chain node.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.chain.LotusChainGateway} is the port's implementation: each query
 *       names a method of {@code protocol.json.ChainMethods} and its values.
 *   <li>{@link io.granary.bridge.chain.AnswerCache} answers what was asked before of a named
 *       tipset, and joins equal questions under way.
 *   <li>{@link io.granary.bridge.chain.RpcClient} writes the request, waits for a place in a {@link
 *       io.granary.bridge.chain.RequestGate}, posts it to the preferred node of the {@link
 *       io.granary.bridge.chain.NodeRing}, reads the answer within its bounds and turns errors into
 *       ChainException. A read that got no answer is asked of the next node.
 *   <li>{@link io.granary.bridge.chain.HeadFollower} keeps a {@link
 *       io.granary.bridge.chain.NotifyChannel} (WebSocket, ChainNotify) open, and hands each frame
 *       to the {@link io.granary.bridge.chain.HeadLine}, which knows the last head handed on and
 *       says whether the frame continues it.
 *   <li>After a lost, silent or lagging subscription the follower connects again, asks {@link
 *       io.granary.bridge.chain.CatchUp} for the difference, and hands that on first: listeners see
 *       an unbroken line of reverts and applies.
 * </ol>
 */
@NullMarked
package io.granary.bridge.chain;

import org.jspecify.annotations.NullMarked;
