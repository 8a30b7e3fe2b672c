"""What WeChat and WeCom have in common: sealed callbacks, hardened XML, tokens, calls.

errors    what is wrong with a callback
body      the body of a request, bounded
xml       XML of the platform, read with suspicion and written without loopholes
crypto    the seal on every callback: signature, freshness, encryption
token     access tokens: one refresher an account, over all processes
answers   what the platform answered, as far as it can be believed
calls     calls to the platform's API
endpoints wechatpy's endpoint classes over them
"""
