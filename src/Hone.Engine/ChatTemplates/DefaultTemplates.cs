namespace Hone.Engine.ChatTemplates;

/// <summary>The templates of models that bring none.</summary>
static class DefaultTemplates
{
    const string Tools = """
        {%- macro tool_list() %}
            {{- 'You can call these functions. To call one, answer with {"name": its name, "arguments": {…}} and nothing else.' }}
            {%- for tool in tools %}
                {{- '\n' + (tool.function if tool.function is defined else tool) | tojson }}
            {%- endfor %}
        {%- endmacro %}
        {%- macro calls(message) %}
            {%- for call in message.tool_calls %}
                {{- '\n' if message.content or not loop.first }}
                {{- '{"name": ' + call.function.name | tojson + ', "arguments": ' + call.function.arguments | tojson + '}' }}
            {%- endfor %}
        {%- endmacro %}

        """;

    /// <summary>ChatML, for vocabularies that have its tokens.</summary>
    public const string ChatMl =
        Tools
        + """
            {%- if tools and messages[0].role != 'system' %}
                {{- '<|im_start|>system\n' + tool_list() + '<|im_end|>\n' }}
            {%- endif %}
            {%- for message in messages %}
                {{- '<|im_start|>' + message.role + '\n' + (message.content or '') }}
                {%- if tools and loop.first and message.role == 'system' %}
                    {{- '\n\n' + tool_list() }}
                {%- endif %}
                {%- if message.tool_calls %}
                    {{- calls(message) }}
                {%- endif %}
                {{- '<|im_end|>\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|im_start|>assistant\n' }}
            {%- endif %}
            """;

    /// <summary>Plain words, for any other vocabulary: each message is a line that begins with who speaks; the end token ends what the assistant says.</summary>
    public const string Plain =
        Tools
        + """
            {%- set speakers = {'system': 'System', 'developer': 'System', 'user': 'User', 'assistant': 'Assistant', 'tool': 'Tool', 'function': 'Tool'} %}
            {%- if tools and speakers[messages[0].role] != 'System' %}
                {{- 'System: ' + tool_list() + '\n' }}
            {%- endif %}
            {%- for message in messages %}
                {{- speakers[message.role] + ':' }}
                {{- ' ' + (message.content or '') }}
                {%- if tools and loop.first and speakers[message.role] == 'System' %}
                    {{- '\n' + tool_list() }}
                {%- endif %}
                {%- if message.tool_calls %}
                    {{- calls(message) }}
                {%- endif %}
                {%- if message.role == 'assistant' and eos_token %}
                    {{- eos_token }}
                {%- endif %}
                {{- '\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- 'Assistant:' }}
            {%- endif %}
            """;
}
