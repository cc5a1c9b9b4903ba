package io.granary.protocol.chain;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client knows of one chain node.
 *
 * @param url its address
 * @param reachable whether the last thing asked of it brought an answer
 * @param believed whether questions go to it while others answer as well: it answers, takes our
 *     token, is not behind the best head and not on a lighter branch
 * @param followed whether the head is followed there
 * @param reason why it is not believed; empty when it is
 * @param head its head as last heard; empty before the first
 * @param headAgeSeconds how old that head is by its time stamp
 * @param lagEpochs how many epochs it is below the best head of all nodes
 * @param answerMillisMedian median time of its last answers; empty before the first
 * @param answerMillisP95 the time 95 of 100 of its last answers kept within
 * @param answers answers since the start, refusals by its handlers included
 * @param failures questions without an answer since the start
 * @param lastError the newest failure; it stays after the node is back
 */
public record ChainNodeStatus(
    String url,
    boolean reachable,
    boolean believed,
    boolean followed,
    Optional<String> reason,
    Optional<TipSet> head,
    OptionalLong headAgeSeconds,
    long lagEpochs,
    OptionalLong answerMillisMedian,
    OptionalLong answerMillisP95,
    long answers,
    long failures,
    Optional<String> lastError) {}
